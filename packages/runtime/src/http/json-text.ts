/** Line ends to some readers (Python's `splitlines`, JavaScript before 2019), and plain characters of a string in JSON. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** JSON in which no character ends a line for anybody. */
export function jsonText(value: unknown): string {
  return withoutLineEnds(JSON.stringify(value));
}

/** The same JSON, its line ends written as escapes. They can stand in its strings only. */
export function withoutLineEnds(json: string): string {
  return json.replace(LINE_ENDS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

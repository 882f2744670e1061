/** Line ends to some readers (Python's `splitlines`, JavaScript before 2019), and plain characters of a string in JSON. */
const LINE_END = /[\u0085\u2028\u2029]/;

/** JSON in which no character ends a line for anybody. */
export function jsonText(value: unknown): string {
  return withoutLineEnds(JSON.stringify(value));
}

/** The same JSON, its line ends written as escapes. They can stand in its strings only. */
export function withoutLineEnds(json: string): string {
  if (!LINE_END.test(json)) return json;
  // No function is called for each: a caller may send millions of them.
  return json.replaceAll('\u0085', '\\u0085').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

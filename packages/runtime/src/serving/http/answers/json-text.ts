/** Characters that end a line for some readers (Python's `splitlines`, JavaScript before 2019), but not for SSE or JSON. */
const LINE_END = /[\u0085\u2028\u2029]/;

/** JSON without any character that some reader treats as the end of a line. */
export function jsonText(value: unknown): string {
  return withoutLineEnds(JSON.stringify(value));
}

/** The same JSON with its line ends escaped. They can occur in its strings only. */
export function withoutLineEnds(json: string): string {
  if (!LINE_END.test(json)) return json;
  // Three passes instead of a callback per match: a message may hold millions of them.
  return json.replaceAll('\u0085', '\\u0085').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

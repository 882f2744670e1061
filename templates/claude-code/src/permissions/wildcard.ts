/**
 * True if the whole text matches the pattern, in which `*` stands for any characters or none. The time is linear in the length of the
 * text: a model writes the texts, and a regular expression would backtrack on some.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let position = first.length;
  for (const piece of rest) {
    // The first place is the best one: it leaves the most text for the pieces that follow.
    const found = text.indexOf(piece, position);
    if (found === -1 || found + piece.length > end) return false;
    position = found + piece.length;
  }
  return true;
}

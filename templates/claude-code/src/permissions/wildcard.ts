/** True when the whole text fits the pattern, in which `*` stands for any characters, none included. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map((piece) => piece.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

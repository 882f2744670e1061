/** The path of a platform's own way in. */
export function entryPath(entry: string): string {
  return `/from-platform/${entry}`;
}

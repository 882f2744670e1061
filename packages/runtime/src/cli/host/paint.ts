/** Makes a text stand out on a terminal. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  warning(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** With `color` false every text stays as it is. */
export function createPaint(color: boolean): Paint {
  const wrap = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: wrap(1), dim: wrap(2), warning: wrap(33), good: wrap(32), bad: wrap(31) };
}

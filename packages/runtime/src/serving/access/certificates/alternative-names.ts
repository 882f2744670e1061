const LABELS = { uri: 'URI', dns: 'DNS', email: 'email' } as const;
/** One name as Node writes it: in quotes and with escapes, if it holds a character that could look like the next name. */
const NAME = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/gy;

/**
 * The names of a kind in the text that Node makes of a certificate's alternative names.
 *
 * @returns none if any part of the text has another form, since it could then be a name that imitates another
 */
export function alternativeNames(text: string, kind: keyof typeof LABELS): readonly string[] {
  const names: string[] = [];
  let end = 0;
  for (const { 0: whole, 1: label, 2: value = '' } of text.matchAll(NAME)) {
    end += whole.length;
    if (label !== LABELS[kind]) continue;
    names.push(value.startsWith('"') ? (JSON.parse(value) as string) : value);
  }
  return end === text.length ? names : [];
}

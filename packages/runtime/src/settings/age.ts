const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** The form of an age, in words that fit after "wanted". */
export const WANTED_AGE = 'an age with a unit (s, m, h, d or w), such as 30d, or off';

/**
 * Reads an age after which something is deleted.
 *
 * @returns milliseconds; infinity for `off`; undefined if the text is no age
 */
export function parseAge(text: string): number | undefined {
  if (text === 'off') return Number.POSITIVE_INFINITY;
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(amount) * (UNITS[unit] ?? Number.NaN));
  return milliseconds > 0 && Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

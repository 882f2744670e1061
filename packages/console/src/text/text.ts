import { en } from './en.js';

export type TextKey = keyof typeof en;
type Dictionary = Readonly<Record<TextKey, string>>;

const dictionary: Dictionary = en;

/** The text of a key, with `{name}` replaced by the value of that name. */
export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return dictionary[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

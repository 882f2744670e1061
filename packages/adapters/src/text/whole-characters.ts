const REPLACEMENT = '\uFFFD';
const HALVES = /\p{Surrogate}/gu;

/**
 * The text without halves of characters: each surrogate that has no partner becomes U+FFFD. Programs in other languages
 * cannot read a text that holds one.
 */
export function wellFormed(text: string): string {
  return text.replace(HALVES, REPLACEMENT);
}

/** At most so many UTF-16 units from the beginning of the text, and no half of a character at the cut. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  return endsInHalf(text.slice(0, most)) ? text.slice(0, most - 1) : text.slice(0, most);
}

/** A text that arrives in pieces: what is whole is given on, and half of a character waits for its other half. */
export class WholeCharacters {
  #half = '';

  /** What can be given on now. */
  add(piece: string): string {
    const text = this.#half + piece;
    const whole = endsInHalf(text) ? text.slice(0, -1) : text;
    this.#half = text.slice(whole.length);
    return whole;
  }

  /** The half that waits; empty when none does. */
  get half(): string {
    return this.#half;
  }

  /** Nothing more comes: what stands for the half that waited, if one did. */
  end(): string {
    const waited = this.#half !== '';
    this.#half = '';
    return waited ? REPLACEMENT : '';
  }
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

/** A value of strings, lists and plain objects, with {@link wellFormed} strings; the same value when they all were. */
export function wellFormedDeep<Value>(value: Value): Value {
  if (typeof value === 'string') return wellFormed(value) as Value;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    const list = value.map((entry: unknown) => wellFormedDeep(entry));
    return list.some((entry, index) => entry !== value[index]) ? (list as Value) : value;
  }
  let isGood = true;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const good: [string, unknown] = [wellFormed(key), wellFormedDeep<unknown>(inner)];
    isGood &&= good[0] === key && good[1] === inner;
    return good;
  });
  return isGood ? value : (Object.fromEntries(entries) as Value);
}

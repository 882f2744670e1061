const REPLACEMENT = '\uFFFD';

/** The text with each unpaired surrogate replaced by U+FFFD. Programs in other languages cannot read an unpaired surrogate. */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** The beginning of the text, at most `most` UTF-16 units, without half of a character at its end. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  return endsInHalf(text.slice(0, most)) ? text.slice(0, most - 1) : text.slice(0, most);
}

/** Joins characters that were split between two pieces of a stream: the first half is held back until the second arrives. */
export class WholeCharacters {
  #half = '';

  /** Adds a piece, and returns the text that is complete now. */
  add(piece: string): string {
    const text = this.#half + piece;
    const whole = endsInHalf(text) ? text.slice(0, -1) : text;
    this.#half = text.slice(whole.length);
    return whole;
  }

  /** The half that is held back; empty if none is. */
  get half(): string {
    return this.#half;
  }

  /** Ends the stream: U+FFFD if half of a character is held back, otherwise an empty text. */
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

/** Makes every string in a value of lists and plain objects {@link wellFormed}. Returns the same value if all of them were. */
export function wellFormedDeep<Value>(value: Value): Value {
  return isWellFormedDeep(value) ? value : (repaired(value) as Value);
}

function isWellFormedDeep(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value)) return value.every(isWellFormedDeep);
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed() || !isWellFormedDeep((value as Readonly<Record<string, unknown>>)[key])) return false;
  }
  return true;
}

function repaired(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(repaired);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wellFormed(key), repaired(inner)]));
}

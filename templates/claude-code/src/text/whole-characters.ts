const ENDS_IN_HALF = /[\uD800-\uDBFF]$/;
const HALVES = /\p{Surrogate}/gu;

/**
 * Puts the pieces of a stream together so that none ends in the middle of a character: providers may send the two halves
 * of an emoji in two pieces. A half that stays alone becomes U+FFFD.
 */
export class WholeCharacters {
  #half = '';

  /** What of the text so far can be passed on. */
  push(piece: string): string {
    const text = this.#half + piece;
    this.#half = ENDS_IN_HALF.exec(text)?.[0] ?? '';
    return wellFormed(text.slice(0, text.length - this.#half.length));
  }

  /** What is left at the end. */
  end(): string {
    const rest = wellFormed(this.#half);
    this.#half = '';
    return rest;
  }
}

/** The text with U+FFFD for each half of a character, which other programs' JSON readers refuse. */
export function wellFormed(text: string): string {
  return text.replaceAll(HALVES, '\uFFFD');
}

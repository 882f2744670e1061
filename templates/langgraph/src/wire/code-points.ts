const HIGH_HALF_AT_END = /[\uD800-\uDBFF]$/;

/** Joins halves of characters that a server cut between two chunks; a half that stays alone becomes U+FFFD. */
export class CodePointJoiner {
  #half = '';

  /** The text with what was held back before it; a half at its end is held back. */
  push(text: string): string {
    const whole = this.#half + text;
    this.#half = HIGH_HALF_AT_END.exec(whole)?.[0] ?? '';
    return whole.slice(0, whole.length - this.#half.length).toWellFormed();
  }

  /** What is left at the end. */
  end(): string {
    const rest = this.#half.toWellFormed();
    this.#half = '';
    return rest;
  }
}

/** What follows from text that an attempt says again. */
export type Retold =
  /** Readers have it already. */
  | { readonly kind: 'same' }
  /** All that readers have was said again, and this is new. */
  | { readonly kind: 'more'; readonly text: string }
  /** It differs from what readers have: this is what the attempt has said in all. */
  | { readonly kind: 'other'; readonly text: string };

/** The text that clients have, while an attempt says it again from some place on. */
export class ToldText {
  readonly #told: string;
  #at: number;

  /** @param at how much of it the attempt has said already */
  constructor(told: string, at: number) {
    this.#told = told;
    this.#at = at;
  }

  /** How many characters the attempt has said. */
  get said(): number {
    return this.#at;
  }

  /** True once the attempt has said all of it. */
  get isOver(): boolean {
    return this.#at === this.#told.length;
  }

  /** What the attempt has said. */
  get text(): string {
    return this.#told.slice(0, this.#at);
  }

  say(text: string): Retold {
    const left = this.#told.length - this.#at;
    if (text.length <= left) {
      if (!this.#told.startsWith(text, this.#at)) return { kind: 'other', text: this.text + text };
      this.#at += text.length;
      return { kind: 'same' };
    }
    if (!text.startsWith(this.#told.slice(this.#at))) return { kind: 'other', text: this.text + text };
    this.#at = this.#told.length;
    return { kind: 'more', text: text.slice(left) };
  }
}

import type { TurnEvent } from '@molecule/adapters';

/**
 * The text of an answer as it streams in. What the model says before a tool call is no part of its answer, so the text
 * begins anew after a tool: what was streamed always is the beginning of the final text. A piece never ends in the middle
 * of a code point: half of one is no text.
 */
export class StreamedText {
  #whole = '';
  #half = '';
  #toolSeen = false;

  /** What was told since the last tool. */
  get whole(): string {
    return this.#toolSeen ? '' : this.#whole;
  }

  /** A tool was called. */
  interrupt(): void {
    this.#toolSeen = true;
  }

  /** The events for more text. */
  add(delta: string): TurnEvent[] {
    const joined = this.#half + delta;
    const begins = this.#whole === '' || this.#toolSeen;
    // Hermes begins the text after a tool with an empty line.
    const piece = begins ? joined.trimStart() : joined;
    this.#half = /[\uD800-\uDBFF]$/.exec(piece)?.[0] ?? '';
    const text = piece.slice(0, piece.length - this.#half.length).toWellFormed();
    if (text === '') return [];
    const voids = this.#toolSeen && this.#whole !== '';
    this.#whole = begins ? text : this.#whole + text;
    this.#toolSeen = false;
    return [...(voids ? [{ type: 'reset' as const }] : []), { type: 'text-delta', text }];
  }
}

import type { TurnEvent } from '@molecule/adapters';

/**
 * The text of an answer as it streams in. Text before a tool call does not belong to the answer, so the text starts
 * again after a tool: the streamed text is always the beginning of the final text. A piece never ends within a code
 * point.
 */
export class StreamedText {
  #whole = '';
  #half = '';
  #toolSeen = false;

  /** The text since the last tool. */
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

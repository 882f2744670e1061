import type { TurnEvent } from '@molecule/adapters';

/**
 * The text of an answer as it streams in. What the model says before a tool call is no part of its answer, so the text
 * begins anew after a tool: what was streamed always is the beginning of the final text.
 */
export class StreamedText {
  #isEmpty = true;
  #toolSeen = false;

  /** A tool was called. */
  interrupt(): void {
    this.#toolSeen = true;
  }

  /** The events for more text. */
  add(delta: string): TurnEvent[] {
    const begins = this.#isEmpty || this.#toolSeen;
    // Hermes begins the text after a tool with an empty line.
    const text = begins ? delta.trimStart() : delta;
    if (text === '') return [];
    const voids = this.#toolSeen && !this.#isEmpty;
    this.#toolSeen = false;
    this.#isEmpty = false;
    return [...(voids ? [{ type: 'reset' as const }] : []), { type: 'text-delta', text }];
  }
}

import { splitBlocks } from '../../../base/markdown/split-blocks.js';

/** A tail longer than this is looked through for places to cut. */
const LONG = 3000;

/**
 * A text that grows in small pieces and is cut into blocks that no longer change, so that a long answer costs a drawing of its last block only.
 */
export class GrowingText {
  #tail = '';
  #checkAt = LONG;

  /** The last block. */
  get tail(): string {
    return this.#tail;
  }

  /** Adds a piece; returns the blocks that are complete with it, for which the caller begins new entries. */
  add(piece: string): readonly string[] {
    this.#tail += piece;
    if (this.#tail.length < this.#checkAt) return [];
    const blocks = splitBlocks(this.#tail);
    this.#tail = blocks.at(-1) ?? '';
    // A tail without a place to cut is not looked through at each piece.
    this.#checkAt = Math.max(LONG, this.#tail.length * 1.5);
    return blocks.slice(0, -1);
  }
}

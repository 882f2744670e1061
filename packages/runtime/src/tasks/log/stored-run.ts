import type { TurnInput } from '../turn-input.js';
import type { PendingInput } from '../turn-result.js';

/** A turn that was put away, for an answer or for a time, and that goes on as a later turn of its task. */
export interface StoredRun {
  /** The turn that it began as: its steps belong to it. */
  readonly turn: number;
  /** The turn as which it goes on. */
  readonly next: number;
  /** The input of the turn that it began as. */
  readonly input: TurnInput;
  /** The question that this turn answered. */
  readonly pending?: PendingInput;
}

import type { TurnResult } from './turn-result.js';

/** Read-only view of a turn, for observers. */
export interface ObservedTurn {
  readonly taskId: string;
  readonly contextId: string;
  /** The text of the message. */
  readonly text: string;
}

/** An observer of turns. Its methods must not throw. */
export interface TurnObserver {
  /** The turn was claimed. Called once, however many attempts it takes in this process. */
  began?(turn: ObservedTurn): void;
  /** The turn has ended in this process. Without a `result` it was stopped: by a cancel, a hand-over, or another process. */
  ended?(turn: ObservedTurn, result: TurnResult | undefined): void;
  /** The engine did not stop in time after its turn was aborted. `stopped` resolves when it stops, which may be never. */
  stuck?(turn: ObservedTurn, stopped: Promise<void>): void;
}

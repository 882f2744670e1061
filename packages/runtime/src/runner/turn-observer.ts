import type { TurnResult } from './turn-result.js';

/** A turn, as those see it who only watch. */
export interface ObservedTurn {
  readonly taskId: string;
  readonly contextId: string;
  /** What was asked. */
  readonly text: string;
}

/** Sees what the runner does with the engine. It must not throw. */
export interface TurnObserver {
  /** The turn was claimed. Told once, however many attempts it takes in this process. */
  began?(turn: ObservedTurn): void;
  /** The turn is over here. Without a `result` somebody stopped it: a cancel, a hand-over, another process. */
  ended?(turn: ObservedTurn, result: TurnResult | undefined): void;
  /** The engine did not stop within its bound after it was told to; `stopped` resolves when it has, if ever. */
  stuck?(turn: ObservedTurn, stopped: Promise<void>): void;
}

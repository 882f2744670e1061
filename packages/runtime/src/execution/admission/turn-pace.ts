/** The weight of the last turn in the mean. */
const WEIGHT = 0.1;
/** Assumed until a turn has ended. */
const FIRST_MS = 5_000;
const LEAST_SECONDS = 1;
/** So that a client notices within a minute that there is room. */
const MOST_SECONDS = 60;

/** How long turns take in this process, from which a refused client learns when to send again. */
export class TurnPace {
  #meanMs: number | undefined;

  ended(ms: number): void {
    this.#meanMs = this.#meanMs === undefined ? ms : this.#meanMs + (ms - this.#meanMs) * WEIGHT;
  }

  /** Whole seconds until so many waiting turns have begun while so many run, between 1 and 60. */
  secondsFor(waiting: number, running: number): number {
    const ms = (Math.max(1, waiting) * (this.#meanMs ?? FIRST_MS)) / Math.max(1, running);
    return Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, Math.ceil(ms / 1_000)));
  }
}

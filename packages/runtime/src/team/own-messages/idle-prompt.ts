import type { Logger } from '@molecule/adapters';
import type { TurnObserver } from '../../tasks/turn-observer.js';

export interface IdlePromptOptions {
  /** The time without work after which the prompt is sent, in milliseconds. */
  readonly intervalMs: number;
  /** The number of turns that run or wait. */
  readonly activeTurns: () => number;
  readonly send: () => Promise<unknown>;
  readonly logger: Logger;
}

/** Measures how long the agent has been idle. */
export class IdleClock implements TurnObserver {
  #since = performance.now();

  began(): void {
    this.#touch();
  }

  ended(): void {
    this.#touch();
  }

  /** Sends the prompt whenever the agent has been idle for the interval, until it is stopped. */
  start({ intervalMs, activeTurns, send, logger }: IdlePromptOptions): { stop(): void } {
    let timer: NodeJS.Timeout;
    const schedule = (ms: number) => {
      timer = setTimeout(look, Math.max(1, ms));
      timer.unref();
    };
    const look = () => {
      if (activeTurns() > 0) this.#touch();
      const rest = this.#since + intervalMs - performance.now();
      if (rest > 0) return schedule(rest);
      this.#touch();
      send().then(
        () => schedule(intervalMs),
        (error: unknown) => {
          logger.warn('the idle prompt could not be sent', { error });
          schedule(intervalMs);
        },
      );
    };
    this.#touch();
    schedule(intervalMs);
    return { stop: () => clearTimeout(timer) };
  }

  #touch(): void {
    this.#since = performance.now();
  }
}

import type { Logger } from '@molecule/adapters';
import type { TurnObserver } from '../runner/turn-observer.js';

export interface IdlePromptOptions {
  /** Milliseconds without work. */
  readonly intervalMs: number;
  /** Turns that run or wait. */
  readonly activeTurns: () => number;
  readonly send: () => Promise<unknown>;
  readonly logger: Logger;
}

/** Knows how long an engine has had nothing to do. */
export class IdleClock implements TurnObserver {
  #since = performance.now();

  began(): void {
    this.#touch();
  }

  ended(): void {
    this.#touch();
  }

  /** Sends the prompt each time that the engine has been idle for the interval, until it is stopped. */
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

import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Clock } from '../../src/support/clock.js';

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that advances only when the test calls `pass`. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const alarm = { at: this.#now + ms, callback };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Resolves after `ms` of this time; if the signal is aborted first, rejects with its reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.after(ms, resolve);
      signal.addEventListener('abort', () => {
        stop();
        reject(signal.reason);
      });
    });
  }

  /** Advances the time by `ms`, alarm by alarm; after each, pending asynchronous work gets some turns of the event loop. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const next = [...this.#alarms].sort((one, other) => one.at - other.at)[0];
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      this.#alarms.delete(next);
      next.callback();
    }
    this.#now = end;
    await settled();
  }
}

/** Runs the event loop several times for pending work, because a write to the log needs several. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await turnOfLoop();
}

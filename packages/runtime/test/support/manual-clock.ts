import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Clock } from '../../src/platform/clock.js';

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that passes when the test says so. */
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

  /** Resolves when so much of this time has passed; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.after(ms, resolve);
      signal.addEventListener('abort', () => {
        stop();
        reject(signal.reason);
      });
    });
  }

  /** Lets so much time pass, alarm by alarm, with time for what each of them sets going. */
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

/** Lets what is under way get as far as it can without time passing; writes to the log take some turns of the loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await turnOfLoop();
}

import { setImmediate as tick } from 'node:timers/promises';
import type { StorageClock } from '../../src/storage/clock.js';

/** A clock that stands still until a test moves it. */
export class ManualClock implements StorageClock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets `ms` pass; what becomes due on the way is called at its time, and may do what it does. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = [...this.#timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.#now = next.at;
      this.#timers.delete(next);
      next.call();
    }
    this.#now = until;
    await settle();
  }
}

/** Everything that waits for no timer happens. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await tick();
}

import type { Patience, StorageGate } from './storage-gate.js';

/** For a test write: another process may hold a lock for a moment. */
const PROBE: Patience = { lockedMs: 1_000, otherMs: 0 };
/** How long the result of a test write is reused. */
const KEPT_MS = 1_000;

/** Test writes, at most one a second, however many callers ask. */
export class TestWrites {
  readonly #gate: StorageGate;
  readonly #touch: () => Promise<void>;
  #last: Promise<void> | undefined;
  #begunAt = 0;

  constructor(gate: StorageGate, touch: () => Promise<void>) {
    this.#gate = gate;
    this.#touch = touch;
  }

  /** @throws {StorageError} with the cause */
  run(): Promise<void> {
    const now = performance.now();
    if (this.#last === undefined || now - this.#begunAt >= KEPT_MS) {
      this.#begunAt = now;
      this.#last = this.#gate.run(this.#touch, PROBE);
      // A failure is not reused: the trouble may end at any moment.
      this.#last.catch(() => {
        this.#last = undefined;
      });
    }
    return this.#last;
  }
}

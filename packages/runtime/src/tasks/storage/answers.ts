import type { Clock } from '../../support/clock.js';

/** The answers of a storage that are awaited. It may give none at all; a process that ends waits for them only so long. */
export class Answers {
  readonly #clock: Clock;
  readonly #longestMs: number;
  readonly #awaited = new Set<() => void>();
  #isClosing = false;

  constructor(clock: Clock, longestMs: number) {
    this.#clock = clock;
    this.#longestMs = longestMs;
  }

  /** What `work` gives, or the error of `late` if the process ends and there is no answer. */
  of<Value>(work: Promise<Value>, late: () => Error): Promise<Value> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#awaited.delete(leave);
        reject(late());
      };
      this.#awaited.add(leave);
      const stop = this.#isClosing ? this.#clock.after(this.#longestMs, leave) : undefined;
      const answered = () => {
        stop?.();
        this.#awaited.delete(leave);
      };
      work.then(
        (value) => {
          answered();
          resolve(value);
        },
        (error: unknown) => {
          answered();
          reject(error);
        },
      );
    });
  }

  /** From now on none is awaited for longer than so long. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    if (this.#awaited.size === 0) return;
    const awaited = [...this.#awaited];
    this.#clock.after(this.#longestMs, () => {
      for (const leave of awaited) if (this.#awaited.has(leave)) leave();
    });
  }
}

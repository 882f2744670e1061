/** The longest time that a timer can wait, some 25 days: Node fires a timer of more milliseconds at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Awaits the promise until the signal is aborted. After an abort the result of the promise is ignored.
 *
 * @throws the signal's reason, if the signal is aborted first
 */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Awaits promises one after the other, each until the signal is aborted, with one listener on the signal for all of them. */
export class AbortableWaits implements Disposable {
  readonly #signal: AbortSignal;
  #reject: ((reason: unknown) => void) | undefined;
  readonly #onAbort = () => this.#reject?.(this.#signal.reason);

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  /**
   * Do not call it again before its promise has settled. After an abort the result of `promise` is ignored.
   *
   * @throws the signal's reason, if the signal is aborted first
   */
  for<Value>(promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#signal.aborted) this.#onAbort();
      promise.then(resolve, reject);
    });
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

/**
 * The promise's value, or that of `late` if the promise has not settled after so many milliseconds. The promise's later outcome
 * is then ignored. An error that `late` throws is thrown.
 */
export async function within<Value, Late>(
  promise: Promise<Value>,
  milliseconds: number,
  late: () => Late,
): Promise<Value | Late> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  }).then(late);
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** The longest time that a timer can wait, some 25 days: Node takes a longer one for a millisecond. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Resolves after so many milliseconds, or at once when `signal` is aborted. Does not keep the process alive. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    timer.unref();
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** The wait before try number `failures` + 1: doubled each time from 250 ms, within +-20% so that replicas spread out. */
export function backoff(failures: number, maximumMs: number): number {
  const base = Math.min(250 * 2 ** Math.min(failures, 20), maximumMs);
  return base * (0.8 + 0.4 * Math.random());
}

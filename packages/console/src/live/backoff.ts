/** Milliseconds before the given try (from 1): 0.25 s, doubled up to 5 s, with up to 20 % less so that pages do not come together. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.min(5000, 250 * 2 ** (attempt - 1)) * (1 - 0.2 * random());
}

/** Waits for the given time; it ends at once if `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

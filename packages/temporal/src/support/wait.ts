/** The longest time that a timer can wait, some 25 days: Node fires a timer of more milliseconds at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Something took longer than its limit. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';

  constructor(what: string, milliseconds: number) {
    super(`${what}: no answer within ${milliseconds} ms`);
  }
}

/** True for a wait that was too long: by our own clock, or by the deadline that was sent with the request. */
export function isTimeout(error: unknown): boolean {
  if (error instanceof TimedOutError) return true;
  const DEADLINE_EXCEEDED = 4;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && (cause as { readonly code?: unknown }).code === DEADLINE_EXCEEDED;
}

/**
 * The promise's outcome, or a {@link TimedOutError} after so many milliseconds. The work itself continues and its later value is
 * dropped, so pass `late` to release a resource.
 */
export async function bounded<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  what: string,
  late?: (value: Value) => void,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  let expired = false;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      expired = true;
      reject(new TimedOutError(what, milliseconds));
    }, milliseconds);
  });
  promise.then(
    (value) => {
      if (expired) late?.(value);
    },
    () => {
      // Reported by the race below, or, once that is over, by the TimedOutError that came before.
    },
  );
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The promise's value, unless the signal is aborted first: then throws what `error` returns. */
export async function orAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  error: () => Error,
): Promise<Value> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(error());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Resolves after so many milliseconds, or at once if `signal` is aborted. Does not keep the process alive. */
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

/** The wait before try number `failures` + 1: doubled each time from 250 ms, within +-20 % so that replicas spread out. */
export function backoff(failures: number, maximumMs: number): number {
  const base = Math.min(250 * 2 ** Math.min(failures, 20), maximumMs);
  return base * (0.8 + 0.4 * Math.random());
}

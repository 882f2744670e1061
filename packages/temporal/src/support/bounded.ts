/** Something took longer than it was given. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';

  constructor(what: string, milliseconds: number) {
    super(`${what}: no answer within ${milliseconds} ms`);
  }
}

/** True for a wait that was too long: by our own clock, or by the deadline that went with the call. */
export function isTimeout(error: unknown): boolean {
  if (error instanceof TimedOut) return true;
  const DEADLINE_EXCEEDED = 4;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && (cause as { readonly code?: unknown }).code === DEADLINE_EXCEEDED;
}

/**
 * The promise's outcome, or a {@link TimedOut} after so many milliseconds. The work itself goes on; what it gives later
 * is dropped, so pass `late` to release a resource.
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
      reject(new TimedOut(what, milliseconds));
    }, milliseconds);
  });
  promise.then(
    (value) => {
      if (expired) late?.(value);
    },
    () => {
      // Reported by the race below, or, when that is over, by the TimedOut that came before.
    },
  );
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

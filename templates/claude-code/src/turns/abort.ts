import { type AbortReason, canceledError } from '@molecule/adapters';

/** True if the turn will continue in another process or later, so its transcript must look as after a crash. */
export function isToBeContinued(signal: AbortSignal): boolean {
  const code = reasonOf(signal)?.code;
  return code === 'shutdown' || code === 'superseded';
}

/** Rejects when the signal is aborted. */
export function whenAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly stop: () => void } {
  let onAbort = () => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(canceledError(signal));
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  // The promise is raced against each message; between two messages it has no handler.
  promise.catch(() => undefined);
  return { promise, stop: () => signal.removeEventListener('abort', onAbort) };
}

function reasonOf(signal: AbortSignal): Partial<AbortReason> | undefined {
  const reason: unknown = signal.reason;
  return typeof reason === 'object' && reason !== null ? reason : undefined;
}

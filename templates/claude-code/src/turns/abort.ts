import { type AbortReason, EngineError } from '@molecule/adapters';

/** The error of a turn whose signal was aborted. */
export function canceledError(signal: AbortSignal): EngineError {
  return new EngineError('canceled', reasonOf(signal)?.message ?? 'The turn was canceled.', { cause: signal.reason });
}

/** True when the turn will be gone on with elsewhere or later, so that its transcript must look as if it had crashed. */
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
  // It is raced against each message; between two of them nobody listens.
  promise.catch(() => undefined);
  return { promise, stop: () => signal.removeEventListener('abort', onAbort) };
}

function reasonOf(signal: AbortSignal): Partial<AbortReason> | undefined {
  const reason: unknown = signal.reason;
  return typeof reason === 'object' && reason !== null ? reason : undefined;
}

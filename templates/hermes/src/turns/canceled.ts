import { type AbortReason, EngineError } from '@molecule/adapters';

/** The error of a turn whose signal was aborted. */
export function canceled(signal: AbortSignal): EngineError {
  const reason = signal.reason as Partial<AbortReason> | undefined;
  return new EngineError('canceled', reason?.message ?? 'The turn was canceled.');
}

/** `work`, or the error `canceled` as soon as `signal` is aborted. The work itself goes on unwatched then. */
export function orCanceled<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) {
    work.catch(() => {}); // Its failure interests nobody once the turn is canceled.
    return Promise.reject(canceled(signal));
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(canceled(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

import type { AbortReason } from '../contract/turn.js';
import { EngineError } from './engine-error.js';

/** The error with which an engine ends a turn whose signal was aborted. */
export function canceledError(signal: AbortSignal): EngineError {
  const reason = signal.reason as Partial<AbortReason> | null | undefined;
  return new EngineError('canceled', reason?.message ?? 'The turn was canceled.', { cause: signal.reason });
}

/** The result of `work`, or a rejection with the error `canceled` as soon as `signal` is aborted. The work itself is not stopped. */
export function orCanceled<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) {
    // After a cancel, a failure of the work has no receiver.
    work.catch(() => {});
    return Promise.reject(canceledError(signal));
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(canceledError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

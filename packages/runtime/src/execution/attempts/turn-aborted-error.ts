import type { AbortReason } from '@molecule/adapters';

/** The signal of a turn was aborted; `reason` says why. */
export class TurnAbortedError extends Error {
  readonly reason: AbortReason;
  constructor(reason: AbortReason) {
    super(reason.message);
    this.name = 'TurnAbortedError';
    this.reason = reason;
  }
}

/** @throws {TurnAbortedError} with the signal's reason if the signal is aborted */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TurnAbortedError(signal.reason as AbortReason);
}

import { type AbortReason, ContractViolation, EngineError } from '@molecule/adapters';
import { FilesNotSavedError } from '../attachments/incoming-files.js';
import type { DeadlineReason } from './turn-clock.js';

/** Why a turn failed, as it is told to the caller, and whether trying again may help. */
export interface TurnFailure {
  /** Stable; listed in docs/errors.md. */
  readonly code: string;
  /** Fit for the caller: no secrets, no stack, no paths. */
  readonly message: string;
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again, when the provider said so. */
  readonly retryAfterMs?: number;
  /** When the caller may come back, ISO 8601: the provider wants a longer wait than a turn is kept waiting for. */
  readonly retryAt?: string;
}

const ENDED_OUTSIDE = 'The agent was stopped from outside while it worked on the task.';

/**
 * Makes a failure of whatever an engine threw while nobody had told it to stop. An {@link EngineError} speaks for itself,
 * and so does what kept the turn from the engine; a full disk is not emptied by trying again. Anything else is a fault in
 * the adapter, which another try would meet again: its text stays in the log.
 */
export function toTurnFailure(error: unknown): TurnFailure {
  if (EngineError.is(error)) {
    // Only a caller cancels a turn, and then by our signal. What ended the engine from outside is a loss, and goes on.
    if (error.code === 'canceled') return { code: 'ENGINE_ENGINE_DIED', message: ENDED_OUTSIDE, retryable: true };
    return {
      code: `ENGINE_${error.code.toUpperCase().replaceAll('-', '_')}`,
      message: error.message,
      retryable: error.retryable,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    };
  }
  if (ContractViolation.is(error)) {
    return {
      code: error.code,
      message: `The agent's adapter breaks the adapter contract. ${error.rule}.`,
      retryable: false,
    };
  }
  if (error instanceof FilesNotSavedError) return { code: error.code, message: error.message, retryable: false };
  return {
    code: 'ENGINE_INTERNAL',
    message: 'The agent failed unexpectedly. The operator finds the reason in the log, under the task id.',
    retryable: false,
  };
}

/** The failure of a turn that was stopped for `reason`, when that reason is a failure at all. */
export function failureForAbort(reason: AbortReason): TurnFailure | undefined {
  if (reason.code === 'deadline') {
    const { failureCode = 'TURN_TIMEOUT' } = reason as Partial<DeadlineReason>;
    return { code: failureCode, message: reason.message, retryable: false };
  }
  if (reason.code === 'shutdown') return { code: 'INTERRUPTED_BY_SHUTDOWN', message: reason.message, retryable: false };
  return undefined;
}

import { type AbortReason, ContractViolationError, EngineError } from '@molecule/adapters';
import { FilesNotSavedError } from '../../engine/files/incoming-files.js';
import type { TaskFailureCode } from '../../support/error-codes.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { DeadlineReason } from './turn-clock.js';

/** Why a turn failed, in words for the caller, and whether another attempt may help. */
export interface TurnFailure {
  /** Stable, and listed in docs/errors.md. */
  readonly code: TaskFailureCode;
  /** Fit for the caller: no secrets, no stack, no paths. */
  readonly message: string;
  readonly retryable: boolean;
  /** Milliseconds to wait before the next attempt, if the provider named a time. */
  readonly retryAfterMs?: number;
  /** When the caller may try again, ISO 8601; set if the provider asks for a longer wait than a turn may take. */
  readonly retryAt?: string;
}

const ENDED_OUTSIDE = 'The agent was stopped from outside while it worked on the task.';

/**
 * The failure for an error that an engine threw without an abort. An {@link EngineError} gives its own code and text. An error
 * that kept the turn from the engine does too, and is retried if the storage is the cause: a full disk stays full. Any other error is a fault of the
 * adapter that would occur again: its text stays in the log.
 */
export function toTurnFailure(error: unknown): TurnFailure {
  if (EngineError.is(error)) {
    // Callers cancel a turn through our signal only. Without it, something outside ended the engine, and a retry may help.
    if (error.code === 'canceled') return { code: 'ENGINE_ENGINE_DIED', message: ENDED_OUTSIDE, retryable: true };
    return {
      code: `ENGINE_${error.code.toUpperCase().replaceAll('-', '_')}`,
      message: error.message,
      retryable: error.retryable,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    };
  }
  if (ContractViolationError.is(error)) {
    return {
      code: error.code,
      message: `The agent's adapter breaks the adapter contract. ${error.rule}.`,
      retryable: false,
    };
  }
  if (error instanceof FilesNotSavedError) {
    return { code: error.code, message: error.message, retryable: StorageError.is(error.cause) };
  }
  return {
    code: 'ENGINE_INTERNAL',
    message: 'The agent failed unexpectedly. The operator finds the reason in the log, under the task id.',
    retryable: false,
  };
}

/** The failure of a turn that was aborted for `reason`; undefined if that reason is no failure. */
export function failureForAbort(reason: AbortReason): TurnFailure | undefined {
  if (reason.code === 'deadline') {
    const { failureCode = 'TURN_TIMEOUT' } = reason as Partial<DeadlineReason>;
    return { code: failureCode, message: reason.message, retryable: false };
  }
  if (reason.code === 'shutdown') return { code: 'INTERRUPTED_BY_SHUTDOWN', message: reason.message, retryable: false };
  return undefined;
}

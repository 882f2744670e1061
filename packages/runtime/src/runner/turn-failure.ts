import { type AbortReason, EngineError } from '@molecule/adapters';
import { FilesNotSavedError } from '../attachments/incoming-files.js';

/** Why a turn failed, as it is told to the caller, and whether trying again may help. */
export interface TurnFailure {
  /** Stable; listed in docs/errors.md. */
  readonly code: string;
  /** Fit for the caller: no secrets, no stack, no paths. */
  readonly message: string;
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again, when the provider said so. */
  readonly retryAfterMs?: number;
}

/**
 * Makes a failure of whatever an engine threw. An {@link EngineError} speaks for itself, and so does what kept the turn
 * from the engine; a full disk is not emptied by trying again. Anything else is a fault in the adapter: its text stays in
 * the log, and it is worth another try only while the engine has produced nothing.
 */
export function toTurnFailure(error: unknown, producedOutput: boolean): TurnFailure {
  if (EngineError.is(error)) {
    return {
      code: `ENGINE_${error.code.toUpperCase().replaceAll('-', '_')}`,
      message: error.message,
      retryable: error.retryable,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    };
  }
  if (error instanceof FilesNotSavedError) return { code: error.code, message: error.message, retryable: false };
  return {
    code: 'ENGINE_INTERNAL',
    message: 'The agent failed unexpectedly. The operator finds the reason in the log, under the task id.',
    retryable: !producedOutput,
  };
}

/** The failure of a turn that was stopped for `reason`, when that reason is a failure at all. */
export function failureForAbort(reason: AbortReason): TurnFailure | undefined {
  if (reason.code === 'deadline') return { code: 'TURN_TIMEOUT', message: reason.message, retryable: false };
  if (reason.code === 'shutdown') return { code: 'INTERRUPTED_BY_SHUTDOWN', message: reason.message, retryable: false };
  return undefined;
}

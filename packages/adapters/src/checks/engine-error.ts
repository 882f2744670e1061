import { demand } from '../errors/contract-violation.js';
import { ENGINE_ERROR_CODES, EngineError } from '../errors/engine-error.js';

/**
 * Checks what a turn throws: an `EngineError` with a listed code, and a message that is fit for the caller to read.
 *
 * @throws {ContractViolation}
 */
export function assertEngineError(error: unknown): asserts error is EngineError {
  demand(EngineError.is(error), 'a turn must throw EngineError and nothing else', error);
  demand(Object.hasOwn(ENGINE_ERROR_CODES, error.code), 'an EngineError must have a listed code', error.code);
  demand(typeof error.retryable === 'boolean', 'EngineError.retryable must be a boolean', error.retryable);
  demand(error.message.trim() !== '', 'an EngineError must have a message');
  demand(
    !/\n[ \t]+at /.test(error.message),
    "an EngineError's message reaches the caller: no stack in it",
    error.message,
  );
}

/**
 * Checks the time to wait of an `EngineError`. For the contract suite: it comes from a provider, and the runner takes one that
 * cannot be understood for none.
 *
 * @throws {ContractViolation}
 */
export function assertRetryAfter({ retryAfterMs }: EngineError): void {
  demand(
    retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0),
    'EngineError.retryAfterMs must be milliseconds from now',
    retryAfterMs,
  );
}

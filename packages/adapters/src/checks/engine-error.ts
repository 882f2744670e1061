import { demand } from '../errors/contract-violation.js';
import { ENGINE_ERROR_CODES, EngineError } from '../errors/engine-error.js';

/**
 * Checks what a turn threw: an `EngineError` with a listed code, and a message without a stack.
 *
 * @throws {ContractViolationError}
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
 * Checks `retryAfterMs` of an `EngineError`. Only the contract suite does so: the value comes from a provider, and the runtime ignores an
 * invalid one.
 *
 * @throws {ContractViolationError}
 */
export function assertRetryAfter({ retryAfterMs }: EngineError): void {
  demand(
    retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0),
    'EngineError.retryAfterMs must be milliseconds from now',
    retryAfterMs,
  );
}

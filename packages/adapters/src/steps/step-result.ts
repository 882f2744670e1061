import { createHash } from 'node:crypto';
import { ENGINE_ERROR_CODES, EngineError, type EngineErrorCode } from '../errors/engine-error.js';
import type { StepFailure } from './step-journal.js';

/** The largest result of a step, as JSON in UTF-8. */
const LARGEST_RESULT = 64 * 1024 * 1024;

/**
 * A result as it is recorded; undefined: there is none.
 *
 * @throws {EngineError} if it is too large, or no JSON
 */
export function resultJson(name: string, result: unknown): string | undefined {
  let json: string | undefined;
  try {
    json = JSON.stringify(result);
  } catch (cause) {
    throw new EngineError('internal', `The result of the step "${name}" cannot be recorded as JSON.`, { cause });
  }
  if (json !== undefined && json.length > LARGEST_RESULT / 4 && Buffer.byteLength(json) > LARGEST_RESULT) {
    throw new EngineError(
      'invalid-request',
      `The result of the step "${name}" has ${Buffer.byteLength(json)} bytes, and may have ${LARGEST_RESULT}. Store it elsewhere, and return where.`,
    );
  }
  return json;
}

/** The failure as it is recorded; undefined: the step runs again in the next attempt. */
export function failureOf(error: unknown): StepFailure | undefined {
  if (EngineError.is(error)) {
    if (error.retryable || error.code === 'canceled') return undefined;
    return { name: error.name, message: error.message, code: error.code };
  }
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

/** The error of a recorded failure. */
export function errorOf({ name, message, code }: StepFailure): Error {
  if (code !== undefined && Object.hasOwn(ENGINE_ERROR_CODES, code)) {
    return new EngineError(code as EngineErrorCode, message, { retryable: false });
  }
  const error = new Error(message);
  error.name = name;
  return error;
}

/** The key of a step: the same in all attempts, and of no other step. In the form of a UUID, which most APIs accept as an idempotency key. */
export function stepKey(run: string, path: string): string {
  const hex = createHash('sha256').update(`${run}\0${path}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

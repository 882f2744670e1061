import type { JsonValue } from '../contract/json.js';
import { demand, kindOf } from '../errors/contract-violation.js';
import { EngineError } from '../errors/engine-error.js';

/** The largest value or entry of the engine store, as JSON in UTF-8. */
const STORED_BYTES = 16 * 1024 * 1024;
const LONGEST_KEY = 255;

/** A value of the engine store as it is stored. */
export interface StoredJson {
  readonly json: string;
  /** In UTF-8. */
  readonly bytes: number;
}

/**
 * @throws {ContractViolationError} if it is no key
 */
export function assertStoreKey(key: unknown): asserts key is string {
  demand(typeof key === 'string', `a key of the engine store must be a string, not ${kindOf(key)}`);
  const { length } = key;
  demand(
    length > 0 && length <= LONGEST_KEY,
    `a key of the engine store must have 1 to ${LONGEST_KEY} characters`,
    key,
  );
}

/**
 * @throws {ContractViolationError} if the value is no JSON
 * @throws {EngineError} `invalid-request` if it is too large
 */
export function storedJson(key: string, value: JsonValue): StoredJson {
  const json = JSON.stringify(value) as string | undefined;
  demand(json !== undefined, `a value of the engine store must be JSON, not ${kindOf(value)}`);
  const bytes = Buffer.byteLength(json);
  if (bytes > STORED_BYTES) {
    throw new EngineError(
      'invalid-request',
      `What the agent keeps of this conversation under "${key}" has ${bytes} bytes in one piece, and may have ${STORED_BYTES}. Begin a new conversation.`,
    );
  }
  return { json, bytes };
}

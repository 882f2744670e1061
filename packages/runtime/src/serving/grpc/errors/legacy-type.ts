import { legacyErrorJson } from '../../sdk/legacy-rest-transport.js';
import type { Refusal } from './refusal.js';

/**
 * The refusal as a client of the version reads it. Clients of 0.3 in Python and Java know the type of an error only from a name before
 * its message, as their own servers write it.
 *
 * @param type the name; undefined: the error has no type in 0.3
 */
export function withLegacyType(refusal: Refusal, version: string, type: string | undefined): Refusal {
  return version === '0.3' && type !== undefined ? { ...refusal, message: `${type}: ${refusal.message}` } : refusal;
}

/** The name of an error of the protocol, such as `TaskNotFoundError`. */
export function legacyTypeOf(error: unknown): string | undefined {
  const { type } = legacyErrorJson(error);
  return typeof type === 'string' ? type : undefined;
}

export const INVALID_PARAMS_TYPE = 'InvalidParamsError';

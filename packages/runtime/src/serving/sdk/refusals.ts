import { A2A_ERROR_DOMAIN, ERROR_INFO_TYPE, restStatusFor, toJsonRpcError, toRestErrorBody } from '@a2a-js/sdk/errors';
import { isA2AError, isIncidentMessage, responseTooLarge } from '../../tasks/a2a-errors.js';
import { isStorageMessage } from '../../tasks/storage/storage-error.js';
import type { Json } from './json.js';

const INTERNAL_ERROR = -32603;
const INVALID_PARAMS = -32602;
/** V8's text for a string that would be longer than it allows. */
const TOO_LONG = 'Invalid string length';
const TOO_LARGE =
  'The answer is larger than this server can send. Nothing is wrong with the request. Leave parts out: send historyLength 0, and no includeArtifacts in a list.';
const NOT_UNDERSTOOD = 'The request could not be understood: one of its fields has a wrong type or value.';

/** An error in the JSON of either binding. */
interface ErrorJson {
  readonly code?: unknown;
  readonly message?: unknown;
  /** Of JSON-RPC, and of protocol 0.3. */
  readonly data?: unknown;
  /** Of REST. */
  readonly details?: unknown;
}

/** An error as an answer of REST. */
export interface RestRefusal {
  readonly status: number;
  readonly body: Json;
}

/**
 * Completes an answer of an SDK transport for JSON-RPC. The transport reports an exception of its own code as an internal error
 * with the exception's text, and refuses requests without a stable code.
 */
export function completeRpcAnswer(answer: Json): Json {
  const error = answer['error'] as ErrorJson | undefined;
  if (error === undefined) return answer;
  if (error.message === TOO_LONG) return { ...answer, error: toJsonRpcError(responseTooLarge(TOO_LARGE)) };
  const known = isFromTheSdk(error) ? { code: INVALID_PARAMS, message: NOT_UNDERSTOOD } : error;
  return { ...answer, error: withStableCode(known, 'data') };
}

/** The answer of REST for an error. The request handler throws errors of the protocol only; the SDK threw any other. */
export function toRestRefusal(error: unknown): RestRefusal {
  if (error instanceof RangeError && error.message === TOO_LONG) return toRestRefusal(responseTooLarge(TOO_LARGE));
  if (!isA2AError(error)) {
    const told = { code: 400, status: 'INVALID_ARGUMENT', message: NOT_UNDERSTOOD };
    return { status: 400, body: { error: withStableCode(told, 'details') } };
  }
  const status = restStatusFor(error);
  return { status, body: { error: withStableCode(toRestErrorBody(error, status).error, 'details') } };
}

/** The stable code in an error's answer, of either binding. */
export function stableCodeIn(answer: unknown): string | undefined {
  const code = errorMetadataIn(answer)?.['code'];
  return typeof code === 'string' ? code : undefined;
}

/** The metadata in an error's answer, of either binding; undefined for another answer. */
export function errorMetadataIn(answer: unknown): Json | undefined {
  const { error, data } = (answer ?? {}) as { readonly error?: ErrorJson; readonly data?: unknown };
  const [info] = listIn(error ?? { data });
  return info?.['metadata'] as Json | undefined;
}

/** The request handler throws internal errors with the text of an incident or of the storage only. */
function isFromTheSdk({ code, message }: ErrorJson): boolean {
  return code === INTERNAL_ERROR && !isIncidentMessage(String(message)) && !isStorageMessage(String(message));
}

function withStableCode(error: ErrorJson, list: 'data' | 'details'): ErrorJson {
  if (stableCodeIn({ error }) !== undefined) return error;
  const [first, ...others] = listIn(error);
  const info = {
    '@type': ERROR_INFO_TYPE,
    reason: 'REQUEST_INVALID',
    domain: A2A_ERROR_DOMAIN,
    ...first,
    metadata: { code: 'REQUEST_INVALID' },
  };
  return { ...error, [list]: [info, ...others] };
}

function listIn({ data, details }: ErrorJson): readonly Json[] {
  const list = data ?? details;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
}

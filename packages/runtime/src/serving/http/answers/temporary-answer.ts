import type { Response } from 'express';
import { RETRY_AFTER_KEY } from '../../../tasks/events/outcome-metadata.js';
import { type TemporaryError, temporaryError } from '../../a2a/retry-after.js';
import type { Json } from '../../sdk/json.js';
import { errorMetadataIn } from '../../sdk/refusals.js';

const RETRY_INFO_TYPE = 'type.googleapis.com/google.rpc.RetryInfo';
/** JSON-RPC and A2A define no code for a lack of room. This one is for errors of a server's own. */
const RPC_SERVER_ERROR = -32000;

/** An answer, and the temporary error that it is, if it is one. */
interface TemporaryAnswer {
  readonly body: Json;
  readonly temporary: TemporaryError | undefined;
}

/**
 * An answer as it is sent. That of a temporary error gets a status of its own, `Retry-After`, and the same time in the error: the
 * SDK has no status for "try again later" in either binding.
 */
export function withRetryAfter(answer: Json, response: Response): Json {
  if (errorMetadataIn(answer)?.['code'] === 'RESPONSE_TOO_LARGE') return tooLarge(answer, response.status(413));
  const { body, temporary } = temporaryAnswer(answer);
  if (!temporary) return withPlainRetryAfter(body, response);
  response.status(temporary.status).setHeader('Retry-After', String(temporary.retryAfterSeconds));
  return body;
}

/** The answer with the time in its error. */
export function temporaryAnswer(body: Json): TemporaryAnswer {
  const temporary = temporaryError(errorMetadataIn(body));
  if (!temporary) return { body, temporary };
  const told = isRpc(body)
    ? { ...body, error: rpcError(body['error'] as Json, temporary) }
    : restAnswer(body, temporary);
  return { body: told, temporary };
}

/** No code of JSON-RPC or A2A says that an answer is too large, nor does one of google.rpc have the status 413. */
function tooLarge(body: Json, response: Response): Json {
  const error = body['error'] as Json | undefined;
  if (isRpc(body)) return { ...body, error: { ...error, code: RPC_SERVER_ERROR } };
  return error?.['details'] === undefined
    ? body
    : { ...body, error: { ...error, code: response.statusCode, status: 'OUT_OF_RANGE' } };
}

/** A refusal as a plain message is an ordinary answer. */
function withPlainRetryAfter(body: Json, response: Response): Json {
  const { metadata } = (body['result'] ?? {}) as { readonly metadata?: Json };
  const at = metadata?.[RETRY_AFTER_KEY];
  if (typeof at === 'string') {
    const seconds = Math.ceil((Date.parse(at) - Date.now()) / 1_000);
    response.setHeader('Retry-After', String(Math.max(1, seconds)));
  }
  return body;
}

function isRpc(body: Json): boolean {
  return body['jsonrpc'] !== undefined;
}

function rpcError(error: Json, { status, retryAfterSeconds }: TemporaryError): Json {
  const code = status === 429 ? RPC_SERVER_ERROR : error['code'];
  return { ...error, code, data: withRetryInfo(error['data'], retryAfterSeconds) };
}

/** The body of REST repeats the status. That of protocol 0.3 has the error a second time, at its top. */
function restAnswer(body: Json, { status, statusName, retryAfterSeconds }: TemporaryError): Json {
  const error = body['error'] as Json | undefined;
  return {
    ...body,
    ...(body['data'] !== undefined && { data: withRetryInfo(body['data'], retryAfterSeconds) }),
    ...(error?.['details'] !== undefined && {
      error: {
        ...error,
        code: status,
        status: statusName,
        details: withRetryInfo(error['details'], retryAfterSeconds),
      },
    }),
  };
}

function withRetryInfo(list: unknown, seconds: number): readonly unknown[] {
  return [...(Array.isArray(list) ? list : []), { '@type': RETRY_INFO_TYPE, retryDelay: `${seconds}s` }];
}

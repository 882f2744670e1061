import type { Response } from 'express';
import { RETRY_AFTER_KEY } from '../../../tasks/events/outcome-metadata.js';
import { type OwnStatus, ownStatus } from '../../a2a/own-status.js';
import type { Json } from '../../sdk/json.js';
import { errorMetadataIn } from '../../sdk/refusals.js';

const RETRY_INFO_TYPE = 'type.googleapis.com/google.rpc.RetryInfo';
/** JSON-RPC and A2A define no code for what has a status of its own. This one is for errors of a server's own. */
const RPC_SERVER_ERROR = -32000;

/** An answer, and the status of its own that its error has, if it has one. */
interface AnswerWithStatus {
  readonly body: Json;
  readonly own: OwnStatus | undefined;
}

/**
 * An answer as it is sent. An error for which A2A has no status gets its own one. If the request can be sent again, the answer has
 * `Retry-After`, and the same time in the error; if a scope is missing, it has the header that names the scope (RFC 6750, section 3.1).
 */
export function withOwnStatus(answer: Json, response: Response): Json {
  const { body, own } = answerWithStatus(answer);
  if (!own) return withPlainRetryAfter(body, response);
  response.status(own.status);
  if (own.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(own.retryAfterSeconds));
  if (own.status === 403) {
    const scope = String(errorMetadataIn(answer)?.['scope']);
    response.setHeader('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
  }
  return body;
}

/** The answer with its status, and the time of the next try, in its error. */
export function answerWithStatus(body: Json): AnswerWithStatus {
  const own = ownStatus(errorMetadataIn(body));
  if (!own) return { body, own };
  const isRpc = body['jsonrpc'] !== undefined;
  return { body: isRpc ? rpcAnswer(body, own) : restAnswer(body, own), own };
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

function rpcAnswer(body: Json, { status, retryAfterSeconds }: OwnStatus): Json {
  const error = body['error'] as Json;
  const code = status === 503 ? error['code'] : RPC_SERVER_ERROR;
  return { ...body, error: { ...error, code, data: withRetryInfo(error['data'], retryAfterSeconds) } };
}

/** The body of REST repeats the status. That of protocol 0.3 has the error a second time, at its top. */
function restAnswer(body: Json, { status, statusName, retryAfterSeconds }: OwnStatus): Json {
  const error = body['error'] as Json | undefined;
  return {
    ...body,
    ...(status === 403 && body['code'] !== undefined && { code: RPC_SERVER_ERROR }),
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

function withRetryInfo(list: unknown, seconds: number | undefined): unknown {
  if (seconds === undefined) return list;
  return [...(Array.isArray(list) ? list : []), { '@type': RETRY_INFO_TYPE, retryDelay: `${seconds}s` }];
}

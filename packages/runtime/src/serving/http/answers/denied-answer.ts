import type { Response } from 'express';
import type { Json } from '../../sdk/json.js';
import { errorMetadataIn } from '../../sdk/refusals.js';

const FORBIDDEN = 403;
/** JSON-RPC and A2A define no code for a missing right. This one is for errors of a server's own. */
const RPC_SERVER_ERROR = -32000;

/** True for the answer to a caller who lacks a scope. */
export function isDenied(answer: Json): boolean {
  return errorMetadataIn(answer)?.['code'] === 'INSUFFICIENT_SCOPE';
}

/** That answer as it is sent: the SDK has no status for it, and RFC 6750 (section 3.1) has a header that names the scope. */
export function deniedAnswer(answer: Json, response: Response): Json {
  const scope = String(errorMetadataIn(answer)?.['scope']);
  response.status(FORBIDDEN).setHeader('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
  const error = answer['error'] as Json | undefined;
  if (answer['jsonrpc'] !== undefined) return { ...answer, error: { ...error, code: RPC_SERVER_ERROR } };
  return {
    ...answer,
    ...(answer['code'] !== undefined && { code: RPC_SERVER_ERROR }),
    ...(error && { error: { ...error, code: FORBIDDEN, status: 'PERMISSION_DENIED' } }),
  };
}

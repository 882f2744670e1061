import type { RequestHandler } from 'express';
import { READ_AGAIN_MS, type SigningKeys } from '../../../keys/signing-keys.js';
import { sendJson } from '../answers/send-answer.js';

/** Verifiers look again when they meet a key that they do not know: a cache between must not hold it back for longer than the server does. */
const MAX_AGE_SECONDS = READ_AGAIN_MS / 1000;

/** The public keys of the workspace (RFC 7517), for everyone: what it signs is verified with them. */
export function keySetRoute(keys: Pick<SigningKeys, 'jwks'>): RequestHandler {
  return async (_request, response) => {
    const { keys: list } = await keys.jwks();
    response.setHeader('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    sendJson(response, { keys: list });
  };
}

import type { RequestHandler } from 'express';
import type { SigningKeys } from '../../../keys/signing-keys.js';
import { sendJson } from '../answers/send-answer.js';

/** Verifiers look again when they meet a key that they do not know. */
const MAX_AGE_SECONDS = 300;

/** The public keys of the workspace (RFC 7517), for everyone: what it signs is verified with them. */
export function keySetRoute(keys: Pick<SigningKeys, 'jwks'>): RequestHandler {
  return async (_request, response) => {
    const { keys: list } = await keys.jwks();
    response.setHeader('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    sendJson(response, { keys: list });
  };
}

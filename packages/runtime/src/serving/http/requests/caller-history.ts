import type { RequestHandler } from 'express';
import { isObject } from '../../../support/is-object.js';

type Json = Record<string, unknown>;

/**
 * Accepts earlier messages of the conversation in four places: `message.metadata.history`, `message.history`, `metadata.history`
 * of the request, and `history` of the request. The first of them that exists counts. The protocol has no field for history, so
 * the second and the fourth are copied into the request's metadata; otherwise the SDK would drop them.
 */
export const callerHistory: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  if (isObject(body)) lift(isObject(body['params']) ? body['params'] : body);
  next();
};

function lift(params: Json): void {
  const message = params['message'] ?? params['request'];
  if (!isObject(message)) return;
  const metadata = isObject(params['metadata']) ? params['metadata'] : {};
  const history = message['history'] ?? metadata['history'] ?? params['history'];
  if (Array.isArray(history)) params['metadata'] = { ...metadata, history };
}

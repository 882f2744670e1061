import type { RequestHandler } from 'express';

type Json = Record<string, unknown>;

/**
 * Earlier messages of the conversation count wherever a caller puts them: `message.metadata.history`, `message.history`,
 * `metadata.history` of the request, or `history` of the request; the first of these that is there. The protocol has no field
 * for them, so the two beside its fields are put among the request's metadata, before the SDK drops what it does not know.
 */
export const callerHistory: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  if (isMap(body)) lift(isMap(body['params']) ? body['params'] : body);
  next();
};

function lift(params: Json): void {
  const message = params['message'] ?? params['request'];
  if (!isMap(message)) return;
  const metadata = isMap(params['metadata']) ? params['metadata'] : {};
  const history = message['history'] ?? metadata['history'] ?? params['history'];
  if (Array.isArray(history)) params['metadata'] = { ...metadata, history };
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

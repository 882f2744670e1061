import type { RequestHandler } from 'express';
import { isStorageMessage } from '../storage/storage-error.js';

/** Seconds after which a client may send again what could not be stored: a full disk is emptied by a person. */
const RETRY_AFTER_S = 10;

interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** Answers 503 with `Retry-After` to what could not be stored: the SDK has no such status, on no binding. */
export const tellUnavailable: RequestHandler = (_request, response, next) => {
  const json = response.json.bind(response);
  response.json = (body: unknown) => {
    const { error } = (body ?? {}) as { readonly error?: ErrorBody };
    const found = error ?? ((body ?? {}) as ErrorBody);
    if (!isStorageMessage(found.message)) return json(body);
    response.status(503).setHeader('Retry-After', String(RETRY_AFTER_S));
    // In REST the body repeats the status.
    if (found.code !== 500) return json(body);
    const told = { ...found, code: 503, status: 'UNAVAILABLE' };
    return json(error === undefined ? told : { ...(body as object), error: told });
  };
  next();
};

import type { RequestHandler } from 'express';
import { isIncidentMessage } from '../a2a/a2a-errors.js';
import { isStorageMessage } from '../storage/storage-error.js';

const MESSAGE = 'The request could not be understood: one of its fields has a wrong type or value.';

interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
}

/**
 * Keeps the SDK's own stumbling from the caller. Whatever fails behind our request handler is told as an incident; so an
 * internal error of any other text was thrown while the SDK read the request, and its text is about our code.
 */
export const hideInternals: RequestHandler = (_request, response, next) => {
  const json = response.json.bind(response);
  response.json = (body: unknown) => {
    const { error } = (body ?? {}) as { readonly error?: ErrorBody };
    const found = error ?? ((body ?? {}) as ErrorBody);
    if (!isInternal(found)) return json(body);
    const malformed =
      found.code === 500
        ? { code: 400, status: 'INVALID_ARGUMENT', message: MESSAGE }
        : { code: -32602, message: MESSAGE };
    if (response.statusCode === 500) response.status(400);
    return json(error === undefined ? malformed : { ...(body as object), error: malformed });
  };
  next();
};

function isInternal({ code, message }: ErrorBody): boolean {
  return (
    (code === -32603 || code === 500) &&
    typeof message === 'string' &&
    !isIncidentMessage(message) &&
    !isStorageMessage(message)
  );
}

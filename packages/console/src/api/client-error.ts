import { ApiError } from './api-error.js';

/** What an error of the A2A client says, as far as it has these fields. */
interface ClientError {
  readonly message?: string;
  readonly metadata?: { readonly code?: unknown };
  readonly data?: readonly { readonly reason?: unknown }[];
}

/** The error of the A2A client in the form that the page shows: the server's own code, or status 0 if there was no answer. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { message = String(error), metadata, data } = error as ClientError;
  // `fetch` fails with a TypeError if it gets no answer.
  if (error instanceof TypeError) return new ApiError(0, message, undefined, { cause: error });
  const reason = Array.isArray(data) ? data.map((detail) => detail?.reason).find(isText) : undefined;
  const code = isText(metadata?.code) ? metadata.code : reason;
  return new ApiError(400, message, code, { cause: error });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

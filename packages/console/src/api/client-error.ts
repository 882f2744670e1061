import { ApiError } from './api-error.js';

/** What an error of the A2A client says, as far as it has these fields. */
interface ClientError {
  readonly message?: string;
  readonly metadata?: Metadata;
  readonly data?: readonly { readonly reason?: unknown; readonly metadata?: Metadata }[];
}

interface Metadata {
  readonly code?: unknown;
}

/** The error of the A2A client in the form that the page shows: the server's own code, or status 0 if there was no answer. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { message = String(error), metadata, data } = error as ClientError;
  // `fetch` fails with a TypeError if it gets no answer.
  if (error instanceof TypeError) return new ApiError(0, message, undefined, { cause: error });
  const details = Array.isArray(data) ? (data as NonNullable<ClientError['data']>) : [];
  // The reason is that of the protocol; the code of the server says more.
  const codes = [metadata?.code, ...details.map((one) => one?.metadata?.code), ...details.map((one) => one?.reason)];
  return new ApiError(400, message, codes.find(isText), { cause: error });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

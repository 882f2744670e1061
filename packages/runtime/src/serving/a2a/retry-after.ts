import type { RequestErrorCode } from '../../support/error-codes.js';
import type { StorageErrorCode } from '../../tasks/storage/storage-error.js';

/** Seconds after which a client may repeat a request that a busy or stopping server refused: a new process takes about as long. */
export const RETRY_AFTER_SECONDS = 5;

/** Errors that make the server unavailable, with the seconds until the next try. A full disk lasts longer, because a person must free space. */
const PASSING: Readonly<Partial<Record<RequestErrorCode | StorageErrorCode, number>>> = {
  SERVER_STOPPING: RETRY_AFTER_SECONDS,
  STORAGE_FULL: 10,
  STORAGE_UNAVAILABLE: 10,
};

/** An error after which the same request can be sent again. */
export interface TemporaryError {
  /** HTTP status. */
  readonly status: 429 | 503;
  /** google.rpc status name. */
  readonly statusName: 'RESOURCE_EXHAUSTED' | 'UNAVAILABLE';
  readonly retryAfterSeconds: number;
}

/**
 * What a client learns of an error besides its code and text; `undefined` if the same request would meet the same error.
 *
 * @param info the metadata of the error
 */
export function temporaryError(info: Readonly<Record<string, unknown>> | undefined): TemporaryError | undefined {
  const { code, retryAfterSeconds } = info ?? {};
  if (retryAfterSeconds !== undefined) {
    return { status: 429, statusName: 'RESOURCE_EXHAUSTED', retryAfterSeconds: Number(retryAfterSeconds) };
  }
  const seconds = typeof code === 'string' ? PASSING[code as keyof typeof PASSING] : undefined;
  return seconds === undefined ? undefined : { status: 503, statusName: 'UNAVAILABLE', retryAfterSeconds: seconds };
}

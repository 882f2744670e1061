import type { RequestErrorCode } from '../../support/error-codes.js';
import type { StorageErrorCode } from '../../tasks/storage/storage-error.js';

/** Seconds after which a client may repeat a request that a busy or stopping server refused: a new process takes about as long. */
export const RETRY_AFTER_SECONDS = 5;

/** A full disk lasts longer, because a person must free space. */
const STORAGE_SECONDS = 10;

/** The status of an error for which A2A has none of its own. */
export interface OwnStatus {
  /** HTTP status. */
  readonly status: 403 | 413 | 429 | 503;
  /** google.rpc status name. */
  readonly statusName: 'PERMISSION_DENIED' | 'OUT_OF_RANGE' | 'RESOURCE_EXHAUSTED' | 'UNAVAILABLE';
  /** Seconds after which the same request can be sent again; absent: it would meet the same error. */
  readonly retryAfterSeconds?: number;
}

const unavailable = (retryAfterSeconds: number): OwnStatus => ({
  status: 503,
  statusName: 'UNAVAILABLE',
  retryAfterSeconds,
});

const OWN: Readonly<Partial<Record<RequestErrorCode | StorageErrorCode, OwnStatus>>> = {
  INSUFFICIENT_SCOPE: { status: 403, statusName: 'PERMISSION_DENIED' },
  RESPONSE_TOO_LARGE: { status: 413, statusName: 'OUT_OF_RANGE' },
  SERVER_STOPPING: unavailable(RETRY_AFTER_SECONDS),
  STORAGE_FULL: unavailable(STORAGE_SECONDS),
  STORAGE_UNAVAILABLE: unavailable(STORAGE_SECONDS),
};

/**
 * The status of an error over HTTP and over gRPC; `undefined` if it has the one that A2A defines for its kind.
 *
 * @param info the metadata of the error
 */
export function ownStatus(info: Readonly<Record<string, unknown>> | undefined): OwnStatus | undefined {
  const { code, retryAfterSeconds } = info ?? {};
  if (retryAfterSeconds !== undefined) {
    return { status: 429, statusName: 'RESOURCE_EXHAUSTED', retryAfterSeconds: Number(retryAfterSeconds) };
  }
  return typeof code === 'string' ? OWN[code as keyof typeof OWN] : undefined;
}

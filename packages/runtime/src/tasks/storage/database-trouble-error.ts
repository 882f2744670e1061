import type { StorageErrorCode } from './storage-error.js';

/** An error of a database server whose cause is the storage and not the statement. */
export class DatabaseTroubleError extends Error {
  readonly code: StorageErrorCode;
  /** True for what mostly lasts seconds at most: a lock, a restart of the server, a connection that broke. */
  readonly locked: boolean;

  constructor(
    message: string,
    options: { readonly code: StorageErrorCode; readonly locked: boolean; readonly cause: unknown },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.locked = options.locked;
  }
}

import { DatabaseTroubleError } from './database-trouble-error.js';
import { StorageError, type StorageErrorCode } from './storage-error.js';

/** Why the storage cannot be used. */
export interface StorageTrouble {
  readonly code: StorageErrorCode;
  /** True for what mostly ends by itself: a lock of another process, a restart of a database server. */
  readonly locked: boolean;
  /** The first cause, in the words of the database or of the operating system. */
  readonly cause: string;
  readonly error: unknown;
}

/** SQLite's result codes whose cause is the storage and not the statement. An extended code begins with one of them. */
const SQLITE = new Set('FULL BUSY LOCKED IOERR READONLY CANTOPEN PROTOCOL NOTADB CORRUPT NOMEM PERM'.split(' '));
/** The same for the operating system. */
const SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ESTALE', 'ENODEV', 'ETXTBSY']);
const FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT']);

/** The trouble of the storage that caused an error; undefined if the error has another cause. */
export function storageTrouble(error: unknown): StorageTrouble | undefined {
  if (StorageError.is(error)) return { code: error.code, locked: false, cause: error.message, error };
  if (error instanceof DatabaseTroubleError) {
    return { code: error.code, locked: error.locked, cause: error.message, error };
  }
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !(isSqlite(code) || SYSTEM.has(code))) return undefined;
  return {
    code: FULL.has(code) ? 'STORAGE_FULL' : 'STORAGE_UNAVAILABLE',
    locked: code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'),
    cause: `${error.message} (${code})`,
    error,
  };
}

function isSqlite(code: string): boolean {
  const [prefix, name = ''] = code.split('_');
  return prefix === 'SQLITE' && SQLITE.has(name);
}

import { StorageError, type StorageErrorCode } from './storage-error.js';

/** Why storage does not do what it should. */
export interface StorageTrouble {
  readonly code: StorageErrorCode;
  /** True for a lock of another process, which most often is gone in milliseconds. */
  readonly locked: boolean;
  /** The first cause, in SQLite's or the operating system's words. */
  readonly cause: string;
  readonly error: unknown;
}

/** SQLite's result codes that speak of the storage and not of the statement; an extended code begins with one of them. */
const SQLITE = new Set('FULL BUSY LOCKED IOERR READONLY CANTOPEN PROTOCOL NOTADB CORRUPT NOMEM PERM'.split(' '));
/** The same of the operating system. */
const SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ESTALE', 'ENODEV', 'ETXTBSY']);
const FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT']);

/** What an error tells of the storage; undefined when it is about something else. */
export function storageTrouble(error: unknown): StorageTrouble | undefined {
  if (StorageError.is(error)) return { code: error.code, locked: false, cause: error.message, error };
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

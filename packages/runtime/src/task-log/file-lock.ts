import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { makePrivateFile } from '../storage/private-file.js';

/** A lock that ends with the process, however it ends. */
export interface HeldLock {
  release(): void;
}

export interface LockOptions {
  /** Milliseconds to wait for whoever holds it. Default 0. */
  readonly waitMs?: number;
  /** Makes the file when it is not there. Default true. */
  readonly create?: boolean;
}

/**
 * Takes the lock of a file. Undefined: another process holds it, or has removed the file meanwhile.
 *
 * @throws what SQLite or the operating system says when the file cannot be made or opened
 */
export function tryLock(file: string, options: LockOptions = {}): HeldLock | undefined {
  const { waitMs = 0, create = true } = options;
  let lock: Database.Database | undefined;
  try {
    if (create) makePrivateFile(file);
    lock = new Database(file, { timeout: waitMs, fileMustExist: !create });
    // An exclusive transaction that is never committed is the lock; the operating system drops it with the process.
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    // SQLite fails in several ways on a file that its owner removes at this moment; nobody removes one that we make.
    if (isSqliteError(error, 'SQLITE_BUSY') || (!create && !existsSync(file))) return undefined;
    throw error;
  }
  const held = lock;
  return { release: () => held.close() };
}

function isSqliteError(error: unknown, code: string): boolean {
  return error instanceof Error && String((error as { readonly code?: unknown }).code).startsWith(code);
}

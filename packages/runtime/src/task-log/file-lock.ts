import { existsSync } from 'node:fs';
import { makePrivateFile } from '../storage/private-file.js';
import { Sqlite } from '../storage/sqlite.js';
import { SqliteError } from '../storage/sqlite-error.js';

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

/** A connection that nothing refers to is closed by the garbage collector, and its lock dropped. */
const held = new Set<Sqlite>();

/**
 * Takes the lock of a file. Undefined: another process holds it, or has removed the file meanwhile.
 *
 * @throws what SQLite or the operating system says when the file cannot be made or opened
 */
export function tryLock(file: string, options: LockOptions = {}): HeldLock | undefined {
  const { waitMs = 0, create = true } = options;
  let lock: Sqlite | undefined;
  try {
    if (create) makePrivateFile(file);
    lock = new Sqlite(file, { timeoutMs: waitMs, create });
    // An exclusive transaction that is never committed is the lock; the operating system drops it with the process.
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    // SQLite fails in several ways on a file that its owner removes at this moment; nobody removes one that we make.
    if (isBusy(error) || (!create && !existsSync(file))) return undefined;
    throw error;
  }
  const locked = lock;
  held.add(locked);
  return {
    release() {
      held.delete(locked);
      locked.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof SqliteError && error.code === 'SQLITE_BUSY';
}

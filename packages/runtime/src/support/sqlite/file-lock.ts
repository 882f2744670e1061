import { existsSync } from 'node:fs';
import { makePrivateFile } from '../files/private-file.js';
import { Sqlite } from './sqlite.js';
import { SqliteError } from './sqlite-error.js';

/** A lock that the operating system drops when the process ends, even if it is killed. */
export interface HeldLock {
  release(): void;
}

export interface LockOptions {
  /** Milliseconds to wait for a process that holds the lock. Default 0. */
  readonly waitMs?: number;
  /** If true, the file is created if it does not exist. Default true. */
  readonly create?: boolean;
}

/** Keeps the connections reachable: the garbage collector closes an unreachable one, which drops its lock. */
const held = new Set<Sqlite>();

/**
 * Takes the lock of a file. Undefined: another process holds it, or has removed the file meanwhile.
 *
 * @throws the error of SQLite or of the operating system if the file cannot be created or opened
 */
export function tryLock(file: string, options: LockOptions = {}): HeldLock | undefined {
  const { waitMs = 0, create = true } = options;
  let lock: Sqlite | undefined;
  try {
    if (create) makePrivateFile(file);
    lock = new Sqlite(file, { timeoutMs: waitMs, create });
    // The lock is an exclusive transaction that is never committed; the operating system drops it with the process.
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    // SQLite fails in several ways on a file that its owner is removing. A file that this process creates is not removed by others.
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

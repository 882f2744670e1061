import { DatabaseSync } from 'node:sqlite';

/** A lock on a file that ends with the process, however that ends. */
export interface FileLock {
  release(): void;
}

/** SQLite's code for a file that another process has locked. */
const SQLITE_BUSY = 5;

/**
 * Takes the lock of a file, which is created if missing; `undefined` if another process holds it. It is an exclusive
 * transaction that is never committed: the operating system drops it with the process.
 */
export function tryLock(path: string): FileLock | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) return undefined;
    throw error;
  }
}

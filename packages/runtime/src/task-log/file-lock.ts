import Database from 'better-sqlite3';

/** A lock that ends with the process, however it ends. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes the lock of a file, which is made when it is not there. Undefined: another process holds it, and did so for
 * `waitMs` milliseconds.
 */
export function tryLock(file: string, waitMs = 0): HeldLock | undefined {
  const lock = new Database(file, { timeout: waitMs });
  try {
    // An exclusive transaction that is never committed is the lock; the operating system drops it with the process.
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isSqliteError(error, 'SQLITE_BUSY')) return undefined;
    throw error;
  }
  return { release: () => lock.close() };
}

export function isSqliteError(error: unknown, code: string): boolean {
  return error instanceof Error && String((error as { readonly code?: unknown }).code).startsWith(code);
}

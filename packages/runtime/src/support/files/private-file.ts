import { closeSync, openSync } from 'node:fs';

/**
 * Creates an empty file that only this user can read, if the path is free. An existing file is not opened: closing it would
 * drop the locks that SQLite holds on it for this process.
 */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

import Database from 'better-sqlite3';
import { makePrivateFile } from './private-file.js';

/** A connection with the settings that all of ours have. */
export function openFile(file: string): Database.Database {
  if (file !== ':memory:') makePrivateFile(file);
  const sqlite = new Database(file, { timeout: 0 });
  try {
    // A lock of another process is waited for without blocking the event loop: see StorageGate.
    sqlite.pragma('busy_timeout = 0');
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    // A temporary file would need a descriptor and space just when there is none.
    sqlite.pragma('temp_store = MEMORY');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

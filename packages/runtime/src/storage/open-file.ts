import { makePrivateFile } from './private-file.js';
import { Sqlite } from './sqlite.js';

/** A connection with the settings that all of ours have. */
export function openFile(file: string): Sqlite {
  if (file !== ':memory:') makePrivateFile(file);
  // A lock of another process is waited for without blocking the event loop: see StorageGate.
  const sqlite = new Sqlite(file, { timeoutMs: 0 });
  try {
    sqlite.exec('PRAGMA journal_mode = WAL');
    sqlite.exec('PRAGMA synchronous = NORMAL');
    // A temporary file would need a descriptor and space just when there is none.
    sqlite.exec('PRAGMA temp_store = MEMORY');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

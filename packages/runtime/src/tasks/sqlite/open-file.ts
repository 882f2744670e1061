import { makePrivateFile } from '../../support/files/private-file.js';
import { Sqlite } from '../../support/sqlite/sqlite.js';

/** Opens a connection with the settings of every database of the store. */
export function openFile(file: string): Sqlite {
  if (file !== ':memory:') makePrivateFile(file);
  // StorageGate waits for a lock of another process without blocking the event loop.
  const sqlite = new Sqlite(file, { timeoutMs: 0 });
  try {
    // Only a file without tables takes it; an older one is rewritten when it is opened.
    sqlite.exec('PRAGMA auto_vacuum = INCREMENTAL');
    sqlite.exec('PRAGMA journal_mode = WAL');
    sqlite.exec('PRAGMA synchronous = NORMAL');
    // Thousands of running tasks are written in turn: with SQLite's 2 MB, most writes would have to read a page first.
    sqlite.exec('PRAGMA cache_size = -32768');
    // A checkpoint waits for the disk, so another thread makes it.
    sqlite.exec('PRAGMA wal_autocheckpoint = 0');
    // A temporary file would need a descriptor and disk space, which may be what is missing.
    sqlite.exec('PRAGMA temp_store = MEMORY');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

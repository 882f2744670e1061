import { mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { Kysely, SqliteDialect } from 'kysely';
import type { StorageClock } from '../storage/clock.js';
import { openFile } from '../storage/open-file.js';
import { SqliteConnection } from '../storage/sqlite-connection.js';
import { StorageError } from '../storage/storage-error.js';
import { CALLER, StorageGate } from '../storage/storage-gate.js';
import { storageTrouble } from '../storage/storage-trouble.js';
import { migrate } from './migrations.js';
import type { TaskLogSchema } from './schema.js';
import { TaskLogError } from './task-log-error.js';

/** A database that is open, and the connection behind it. */
export interface OpenedDatabase {
  readonly database: Kysely<TaskLogSchema>;
  readonly connection: SqliteConnection;
}

/**
 * Opens the task log's database and brings its schema up to date. A lock of another process is waited for, 20 s at most.
 *
 * SQLite runs with a write-ahead log and `synchronous = NORMAL`: what was committed survives the death of the process;
 * only the death of the machine may cost the last moments.
 *
 * @param file an absolute path, or `:memory:`
 * @throws {TaskLogError} `TASK_LOG_OPEN_FAILED`, `TASK_LOG_MIGRATION_FAILED`, `TASK_LOG_TOO_NEW`
 */
export async function openDatabase(
  file: string,
  options: { readonly logger: Logger; readonly clock?: StorageClock },
): Promise<OpenedDatabase> {
  const gate = new StorageGate({ ...options, place: `the task log ${file}`, verb: 'opened' });
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    return await gate.run(() => open(file), CALLER);
  } catch (error) {
    if (TaskLogError.is(error)) throw error;
    const reason = StorageError.is(error) ? (error.cause as Error) : (error as Error);
    throw new TaskLogError(
      'TASK_LOG_OPEN_FAILED',
      `The task log ${file} could not be opened: ${reason.message}. ${remedyFor(reason, file)}, or set MOLECULE_STATE_DIR to another directory.`,
      { cause: error },
    );
  }
}

function remedyFor(reason: Error, file: string): string {
  if (isFull(file)) return 'No space is left on its file system: make some';
  if (storageTrouble(reason)?.locked) return 'Another process has held its lock for 20 s: end that';
  return 'The directory must exist or be creatable, and be writable, and the file a database: mend that';
}

/** SQLite calls some failures of a full disk an I/O error. */
function isFull(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}

async function open(file: string): Promise<OpenedDatabase> {
  const connection = new SqliteConnection(openFile(file));
  const database = new Kysely<TaskLogSchema>({ dialect: new SqliteDialect({ database: connection }) });
  try {
    await migrate(database, file);
    return { database, connection };
  } catch (error) {
    connection.close();
    throw error;
  }
}

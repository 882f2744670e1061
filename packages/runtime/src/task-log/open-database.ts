import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { migrate } from './migrations.js';
import type { TaskLogSchema } from './schema.js';
import { withStatementCache } from './statement-cache.js';
import { TaskLogError } from './task-log-error.js';

/**
 * Opens the task log's database and brings its schema up to date.
 *
 * SQLite runs with a write-ahead log and `synchronous = NORMAL`: what was committed survives the death of the process;
 * only the death of the machine may cost the last moments.
 *
 * @param file an absolute path, or `:memory:`
 * @throws {TaskLogError} `TASK_LOG_OPEN_FAILED`, `TASK_LOG_MIGRATION_FAILED`
 */
export async function openDatabase(file: string): Promise<Kysely<TaskLogSchema>> {
  const database = new Kysely<TaskLogSchema>({
    dialect: new SqliteDialect({ database: withStatementCache(openFile(file)) }),
  });
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

function openFile(file: string): Database.Database {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    const sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    // Another process of the workspace may be writing; its transactions take milliseconds.
    sqlite.pragma('busy_timeout = 5000');
    return sqlite;
  } catch (error) {
    throw new TaskLogError(
      'TASK_LOG_OPEN_FAILED',
      `The task log ${file} could not be opened: ${(error as Error).message}. The directory must exist or be creatable, and be writable; set MOLECULE_STATE_DIR to another one.`,
      { cause: error },
    );
  }
}

import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryBlobs } from '../blobs/directory-blobs.js';
import type { Boots } from '../boots.js';
import { LocalChanges } from '../changes.js';
import { composeStore } from '../compose-store.js';
import type { TaskStore } from '../task-store.js';
import type { DatabaseKind } from './database-kind.js';
import { openDatabase } from './open-database.js';
import { SqliteDatabase } from './sqlite-database.js';
import type { SqliteStoreOptions } from './store-options.js';
import { TASK_LOG } from './task-tables.js';
import { TEAM_DATABASE } from './team-tables.js';

/**
 * A store without a database file, for one process. The files of messages are in a temporary directory, which is removed at the end. It keeps
 * the same rules as one on disk, because it runs the same statements.
 */
export async function openMemoryStore(options: SqliteStoreOptions): Promise<TaskStore> {
  const tasks = await openInMemory(TASK_LOG, options);
  const team = await openInMemory(TEAM_DATABASE, options);
  const directory = join(tmpdir(), `molecule-files-${crypto.randomUUID()}`);
  const blobs = new DirectoryBlobs(directory, options);
  options.steps.add('files', () => rm(directory, { recursive: true, force: true }));
  options.steps.add('file writes', () => blobs.close());
  const boots = soleBoot(crypto.randomUUID());
  options.steps.add('boot', () => boots.release());
  return composeStore({ tasks, team, blobs, boots, changes: new LocalChanges() }, options.logger, options.steps);
}

async function openInMemory<Schema>(
  kind: DatabaseKind<Schema>,
  { steps, ...options }: SqliteStoreOptions,
): Promise<SqliteDatabase<Schema>> {
  const file = ':memory:';
  const { kysely, connection } = await openDatabase(kind, file, options);
  const database = new SqliteDatabase(kysely, { kind, file, ...options, connection });
  steps.add(kind.title, () => database.close());
  return database;
}

/** No other process can reach the store, so no other boot is alive. */
function soleBoot(id: string): Boots {
  let released = false;
  return {
    id,
    isAlive: async (other) => other === id && !released,
    count: async () => 1,
    async release() {
      released = true;
    },
  };
}

import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { storageTrouble } from '../storage/storage-trouble.js';
import { TaskLogError } from './task-log-error.js';

/**
 * Brings the schema up to date, all of it or nothing. Of several processes that open a new log at once, one does it and the
 * others wait for it. Migrations are never edited once released: a change is a new one.
 *
 * @throws {TaskLogError} `TASK_LOG_TOO_NEW`, `TASK_LOG_MIGRATION_FAILED`; what SQLite throws when storage is in trouble
 */
export async function migrate<Schema>(database: Kysely<Schema>, file: string): Promise<void> {
  await database.connection().execute(async (connection) => {
    const anySchema = connection as unknown as Kysely<unknown>;
    try {
      // Kysely runs SQLite's migrations neither in a transaction nor under a lock; this is both.
      await sql`begin immediate`.execute(connection);
      refuseNewer(await executedMigrations(anySchema), file);
      await migrateToLatest(anySchema);
      await sql`commit`.execute(connection);
    } catch (error) {
      await sql`rollback`.execute(connection);
      if (TaskLogError.is(error) || storageTrouble(error)) throw error;
      throw new TaskLogError(
        'TASK_LOG_MIGRATION_FAILED',
        `The task log ${file} could not be brought up to date: ${(error as Error).message}. Nothing was changed. Move the file away to begin anew, or restore a copy of it.`,
        { cause: error },
      );
    }
  });
}

/** The names of the migrations that the file has seen, in order. */
async function executedMigrations(database: Kysely<unknown>): Promise<readonly string[]> {
  const table = await sql`select name from sqlite_master where type = 'table' and name = 'kysely_migration'`.execute(
    database,
  );
  if (table.rows.length === 0) return [];
  const { rows } = await sql<{ readonly name: string }>`select name from kysely_migration order by name`.execute(
    database,
  );
  return rows.map(({ name }) => name);
}

function refuseNewer(executed: readonly string[], file: string): void {
  const unknown = executed.find((name) => !(name in MIGRATIONS));
  if (unknown === undefined) return;
  throw new TaskLogError(
    'TASK_LOG_TOO_NEW',
    `The task log ${file} was written by a newer version of @molecule/runtime: it has the change ${unknown}, and this version knows those up to ${Object.keys(MIGRATIONS).at(-1)}. Start the newer version again, or set MOLECULE_STATE_DIR to another directory. Nothing was changed.`,
  );
}

async function migrateToLatest(database: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

const MIGRATIONS: Record<string, Migration> = {
  '001-tasks': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('tasks')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .addColumn('owner', 'varchar(255)', (column) => column.notNull())
        .addColumn('context_id', 'varchar(255)', (column) => column.notNull())
        .addColumn('state', 'varchar(40)', (column) => column.notNull())
        .addColumn('terminal', 'integer', (column) => column.notNull())
        .addColumn('status_at', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('snapshot', 'text', (column) => column.notNull())
        .addColumn('snapshot_seq', 'integer', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('turn', 'integer', (column) => column.notNull())
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('fence', 'integer', (column) => column.notNull())
        .addColumn('runner', 'varchar(255)')
        .addColumn('durable', 'integer', (column) => column.notNull())
        .addColumn('input', 'text', (column) => column.notNull())
        .addColumn('checkpoint', 'text')
        .addColumn('checkpoint_seq', 'integer', (column) => column.notNull())
        .addColumn('pending', 'text')
        .addColumn('result', 'text')
        .execute();
      await database.schema.createIndex('tasks_by_owner').on('tasks').columns(['owner', 'status_at', 'id']).execute();
      await database.schema
        .createIndex('tasks_by_context')
        .on('tasks')
        .columns(['owner', 'context_id', 'status_at', 'id'])
        .execute();
      await sql`create index tasks_unfinished on tasks (status_at) where terminal = 0`.execute(database);
      await database.schema
        .createTable('task_events')
        .addColumn('task_id', 'varchar(255)', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('event', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('task_events_key', ['task_id', 'seq'])
        .execute();
      await database.schema
        .createTable('task_messages')
        .addColumn('owner', 'varchar(255)', (column) => column.notNull())
        .addColumn('context_key', 'varchar(255)', (column) => column.notNull())
        .addColumn('message_id', 'varchar(255)', (column) => column.notNull())
        .addColumn('task_id', 'varchar(255)', (column) => column.notNull())
        .addColumn('turn', 'integer', (column) => column.notNull())
        .addColumn('digest', 'varchar(64)', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('task_messages_key', ['owner', 'context_key', 'message_id'])
        .execute();
    },
  },
  '002-storage-probe': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('storage_probe')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  '003-abandoned-work': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('abandoned_work')
        .addColumn('task_id', 'varchar(255)', (column) => column.primaryKey())
        .addColumn('work', 'text', (column) => column.notNull())
        .addColumn('runner', 'varchar(255)')
        .addColumn('tries', 'integer', (column) => column.notNull())
        .execute();
      await sql`create index tasks_waiting on tasks (owner, context_id) where state = 'TASK_STATE_INPUT_REQUIRED'`.execute(
        database,
      );
    },
  },
};

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What engines store of their contexts, and which turn may write it. */
export const ENGINE_STORE: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('engine_entries')
      .addColumn('context', 'text', (column) => column.notNull())
      .addColumn('key', 'varchar(255)', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('entry_id', 'text')
      .addColumn('bytes', 'integer', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('engine_entries_key', ['context', 'key', 'position'])
      .execute();
    await sql`create unique index engine_entries_by_id on engine_entries (context, key, entry_id) where entry_id is not null`.execute(
      database,
    );
    await database.schema
      .createTable('engine_holders')
      .addColumn('context', 'text', (column) => column.primaryKey())
      .addColumn('task_id', 'varchar(255)', (column) => column.notNull())
      .addColumn('fence', 'integer', (column) => column.notNull())
      .addColumn('positions', 'integer', (column) => column.notNull())
      .execute();
  },
};

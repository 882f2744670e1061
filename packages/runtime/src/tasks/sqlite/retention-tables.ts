import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What finds and deletes old tasks, and remembers the conversations that the engine has yet to forget. */
export const RETENTION: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .createTable('conversations')
      .addColumn('owner', 'varchar(255)', (column) => column.notNull())
      .addColumn('context_id', 'varchar(255)', (column) => column.notNull())
      .addColumn('active_at', 'bigint', (column) => column.notNull())
      .addColumn('forget', 'integer', (column) => column.notNull())
      .addColumn('runner', 'varchar(255)')
      .addColumn('tries', 'integer', (column) => column.notNull())
      .addColumn('not_before', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('conversations_key', ['owner', 'context_id'])
      .execute();
    await database.schema
      .createIndex('conversations_by_age')
      .on('conversations')
      .columns(['forget', 'active_at'])
      .execute();
    await database.schema
      .createTable('duties')
      .addColumn('name', 'varchar(40)', (column) => column.primaryKey())
      .addColumn('boot', 'varchar(255)', (column) => column.notNull())
      .execute();
    await database.schema.createIndex('task_messages_by_task').on('task_messages').column('task_id').execute();
    await sql`create index tasks_ended on tasks (status_at) where terminal = 1`.execute(database);
  },
};

/** Which of a task's files were deleted before the task. */
export const RELEASED_FILES: Migration = {
  async up(database: Kysely<unknown>) {
    await database.schema
      .alterTable('task_blobs')
      .addColumn('released', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`create index task_blobs_kept on task_blobs (task_id) where released = 0`.execute(database);
  },
};

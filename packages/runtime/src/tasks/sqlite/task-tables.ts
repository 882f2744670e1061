import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { TaskLogSchema } from '../log/schema.js';
import { TaskLogError, type TaskLogErrorCode } from '../task-log-error.js';
import type { DatabaseKind, OpenFailure } from './database-kind.js';
import { ENGINE_STORE } from './engine-store-tables.js';
import { FILES_BESIDE } from './files-beside.js';
import { LANES, RUNNING_TURNS } from './lane-columns.js';
import { LIGHT_ROWS } from './light-rows.js';
import { PUSH_ENDS } from './push-ends-index.js';
import { PUSH } from './push-tables.js';
import { QUESTION_EXPIRIES } from './question-expiry-table.js';
import { RELEASED_FILES, RETENTION } from './retention-tables.js';
import { TURN_REPORTS } from './turn-report-table.js';
import { TURN_WAKES } from './turn-wake-table.js';
import { UNTOLD_ANSWERS } from './untold-answers-table.js';
import { USAGE } from './usage-table.js';

const CODES: Readonly<Record<OpenFailure, TaskLogErrorCode>> = {
  open: 'TASK_LOG_OPEN_FAILED',
  migration: 'TASK_LOG_MIGRATION_FAILED',
  'too-new': 'TASK_LOG_TOO_NEW',
};

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
  '004-light-rows': LIGHT_ROWS,
  '005-task-blobs': {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable('task_blobs')
        .addColumn('task_id', 'varchar(255)', (column) => column.notNull())
        .addColumn('digest', 'varchar(64)', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('media_type', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('task_blobs_key', ['task_id', 'digest'])
        .execute();
      await database.schema.createIndex('task_blobs_by_digest').on('task_blobs').column('digest').execute();
    },
  },
  '006-retention': RETENTION,
  '007-files-beside': FILES_BESIDE,
  '008-released-files': RELEASED_FILES,
  '009-engine-store': ENGINE_STORE,
  '010-lanes': LANES,
  '011-turn-reports@0.2': TURN_REPORTS,
  '012-running-turns@0.2': RUNNING_TURNS,
  '013-push@0.2': PUSH,
  '014-question-expiries@0.2': QUESTION_EXPIRIES,
  '015-push-ends@0.2': PUSH_ENDS,
  '016-usage@0.2': USAGE,
  '017-steps@0.2': TURN_WAKES,
  '018-untold-answers@0.2': UNTOLD_ANSWERS,
};

/** `tasks.db` */
export const TASK_LOG: DatabaseKind<TaskLogSchema> = {
  title: 'the task log',
  effect: 'output of running turns is kept in memory, and new messages are refused',
  migrations: MIGRATIONS,
  touch(database) {
    const row = { id: 1, at: Date.now() };
    return database
      .insertInto('storage_probe')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: row.at }))
      .execute();
  },
  error: (failure, message, cause) => new TaskLogError(CODES[failure], message, { cause }),
};

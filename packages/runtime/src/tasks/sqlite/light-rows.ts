import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The tables as they were before. */
interface HeavyRow {
  readonly id: string;
  readonly context_id: string;
  readonly snapshot: string;
  readonly snapshot_seq: number;
  readonly turn: number;
  readonly input: string;
  readonly checkpoint: string | null;
  readonly pending: string | null;
  readonly result: string | null;
}

/** Fields of an A2A Task as JSON. */
interface TaskJson extends Readonly<Record<string, unknown>> {
  readonly artifacts?: readonly unknown[];
}

/** Moves all that may be large out of the rows of tasks: input, past, checkpoint and question. */
export const LIGHT_ROWS: Migration = {
  async up(database: Kysely<unknown>) {
    await createTables(database);
    const ids = await sql<{ readonly id: string }>`select id from tasks`.execute(database);
    // One by one, since a row may be large.
    for (const { id } of ids.rows) await moveContent(database, id);
    await sql`insert into light_tasks select id, owner, context_id, state, terminal, status_at, created_at, seq,
      snapshot_seq, turn, attempt, fence, runner, durable, json_extract(input, '$.messageId'), null, 0
      from tasks`.execute(database);
    await sql`update light_tasks set result = (select result from light_results where task_id = id)`.execute(database);
    await sql`drop table light_results`.execute(database);
    await sql`insert into task_contents select task_id, 'event', seq, event from task_events`.execute(database);
    await sql`drop table task_events`.execute(database);
    await sql`drop table tasks`.execute(database);
    await sql`alter table light_tasks rename to tasks`.execute(database);
    await createIndexes(database);
  },
};

async function createTables(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('light_tasks')
    .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
    .addColumn('owner', 'varchar(255)', (column) => column.notNull())
    .addColumn('context_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('state', 'varchar(40)', (column) => column.notNull())
    .addColumn('terminal', 'integer', (column) => column.notNull())
    .addColumn('status_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('chunk_seq', 'integer', (column) => column.notNull())
    .addColumn('turn', 'integer', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('runner', 'varchar(255)')
    .addColumn('durable', 'integer', (column) => column.notNull())
    .addColumn('message_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('result', 'text')
    .addColumn('compacted', 'integer', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('task_contents')
    .addColumn('task_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('kind', 'varchar(20)', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('task_contents_key', ['task_id', 'kind', 'seq'])
    .execute();
  await database.schema
    .createTable('light_results')
    .addColumn('task_id', 'varchar(255)', (key) => key.primaryKey())
    .addColumn('result', 'text', (value) => value.notNull())
    .execute();
}

async function createIndexes(database: Kysely<unknown>): Promise<void> {
  const index = (name: string, columns: readonly string[]) =>
    database.schema
      .createIndex(name)
      .on('tasks')
      .columns([...columns])
      .execute();
  await index('tasks_by_owner', ['owner', 'status_at', 'id']);
  await index('tasks_by_context', ['owner', 'context_id', 'status_at', 'id']);
  await index('tasks_by_state', ['owner', 'state', 'status_at', 'id']);
  await sql`create index tasks_unfinished on tasks (status_at) where terminal = 0`.execute(database);
  await sql`create index tasks_to_compact on tasks (status_at) where terminal = 1 and compacted = 0`.execute(database);
  await sql`create index tasks_waiting on tasks (owner, context_id) where state = 'TASK_STATE_INPUT_REQUIRED'`.execute(
    database,
  );
}

async function moveContent(database: Kysely<unknown>, id: string): Promise<void> {
  const { rows } = await sql<HeavyRow>`select * from tasks where id = ${id}`.execute(database);
  for (const row of rows) {
    const { artifacts = [], ...task } = JSON.parse(row.snapshot) as TaskJson;
    const { history: _, ...status } = task;
    await insertChunk(database, row, 'history', [{ task }]);
    if (artifacts.length > 0)
      await insertChunk(
        database,
        row,
        'artifacts',
        artifacts.map((artifact) => updateOf(row, artifact)),
      );
    await insertContent(database, id, 'input', row.input);
    await insertContent(database, id, 'status', JSON.stringify(status));
    if (row.checkpoint !== null) await insertContent(database, id, 'checkpoint', row.checkpoint);
    if (row.pending !== null) await insertContent(database, id, 'question', row.pending);
    if (row.result !== null)
      await sql`insert into light_results values (${id}, ${lightResult(row.result)})`.execute(database);
  }
}

async function insertChunk(
  database: Kysely<unknown>,
  { id, snapshot_seq }: HeavyRow,
  kind: string,
  chunk: readonly unknown[],
): Promise<void> {
  await insertContent(database, id, kind, JSON.stringify(chunk), snapshot_seq);
}

async function insertContent(
  database: Kysely<unknown>,
  id: string,
  kind: string,
  content: string,
  seq = 0,
): Promise<void> {
  await sql`insert into task_contents values (${id}, ${kind}, ${seq}, ${content})`.execute(database);
}

/** The update that adds an artifact. */
function updateOf({ id, context_id }: HeavyRow, artifact: unknown): unknown {
  return { artifactUpdate: { taskId: id, contextId: context_id, artifact } };
}

/** A result without its texts, which the task holds. */
function lightResult(json: string): string {
  const { kind, code } = JSON.parse(json) as { readonly kind: string; readonly code?: string };
  return JSON.stringify({ kind, code });
}

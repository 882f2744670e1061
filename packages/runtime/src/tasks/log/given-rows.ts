import { type RawBuilder, sql } from 'kysely';
import type { Columns, GivenRow, GivenTable } from '../storage/row-source.js';
import { conversationLock } from './conversation-lock.js';

/** A statement of the log that takes any number of rows. */
export interface RowsStatement {
  /** Distinguishes it from statements with other SQL. */
  readonly shape: string;
  /** Of the statements that are sent together, those of a lower rank go first. */
  readonly rank: number;
  readonly columns: Columns;
  /** Of an `insert`: the statement around what it inserts. */
  insert?(inserted: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Of any other statement. */
  sql?(given: GivenTable): RawBuilder<unknown>;
  /** What a given row and the rows that the statement returns for it have in common. Absent: it returns none. */
  keyOf?(row: GivenRow): string;
}

/** New rows, which others may change; changes, which others may read; what reads; and what decides by all of it. */
const RANKS = { insert: 0, update: 1, read: 2, claim: 3 } as const;

/** The types of the columns of a task's row. */
const TASK_COLUMNS = {
  id: 'text',
  owner: 'text',
  context_id: 'text',
  state: 'text',
  terminal: 'integer',
  status_at: 'bigint',
  created_at: 'bigint',
  seq: 'integer',
  chunk_seq: 'integer',
  turn: 'integer',
  attempt: 'integer',
  fence: 'integer',
  runner: 'text',
  durable: 'integer',
  message_id: 'text',
  result: 'text',
  compacted: 'integer',
  accepted: 'bigint',
  engaged: 'text',
  push: 'integer',
} as const satisfies Columns;

type TaskColumn = keyof typeof TASK_COLUMNS;

const CONTENT_COLUMNS = { task_id: 'text', kind: 'text', seq: 'integer', content: 'text' } as const satisfies Columns;

const id = (row: GivenRow) => String(row['id']);

/** Stores messages. It returns those that were not known. */
export const INSERT_MESSAGES: RowsStatement = {
  ...insertInto(
    'task_messages',
    'messages',
    {
      owner: 'text',
      context_key: 'text',
      message_id: 'text',
      task_id: 'text',
      turn: 'integer',
      digest: 'text',
      at: 'bigint',
    },
    sql`on conflict do nothing returning task_id`,
  ),
  keyOf: ({ task_id }) => String(task_id),
};

/** Stores new tasks. */
export const INSERT_TASKS = insertInto('tasks', 'tasks', TASK_COLUMNS);

/** Stores events. */
export const INSERT_EVENTS = insertInto('task_contents', 'events', CONTENT_COLUMNS);

/** Stores contents; those of the same number are replaced. */
export const PUT_CONTENTS = insertInto(
  'task_contents',
  'contents',
  CONTENT_COLUMNS,
  sql`on conflict (task_id, kind, seq) do update set content = excluded.content`,
);

/** Stores what turns have used; what was stored of a turn before is replaced. */
export const PUT_USAGE = insertInto(
  'turn_usage',
  'usage',
  {
    task_id: 'text',
    turn: 'integer',
    owner: 'text',
    at: 'bigint',
    model: 'text',
    input_tokens: 'bigint',
    output_tokens: 'bigint',
    cached_input_tokens: 'bigint',
    reasoning_tokens: 'bigint',
    cost_usd: 'double precision',
  },
  sql`on conflict (task_id, turn) do update set at = excluded.at, model = excluded.model,
    input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cached_input_tokens = excluded.cached_input_tokens, reasoning_tokens = excluded.reasoning_tokens,
    cost_usd = excluded.cost_usd`,
);

/** Reads the open tasks of conversations. */
export const READ_LANES: RowsStatement = {
  shape: 'lanes',
  rank: RANKS.read,
  columns: { owner: 'text', context_id: 'text' },
  // The condition is literally the one of the partial index, so that SQLite uses it.
  sql: ({ table, column }) => sql`
    select tasks.owner, tasks.context_id, tasks.id, state, terminal, attempt, fence, accepted, engaged
    from tasks ${table ? sql`cross join ${table}` : sql``}
    where tasks.owner = ${column('owner')} and tasks.context_id = ${column('context_id')}
      and (terminal = 0 or engaged is not null)`,
  keyOf: ({ owner, context_id }) => conversationLock({ owner: String(owner), contextId: String(context_id) }),
};

/** Claims turns. It returns those that were not claimed, canceled or ended by another since they were read. */
export const CLAIM_TURNS: RowsStatement = {
  shape: 'claims',
  rank: RANKS.claim,
  columns: taskColumns('id', 'turn', 'fence', 'seq', 'state', 'terminal', 'status_at', 'runner', 'durable'),
  // A turn of a conversation that is being forgotten begins afterwards.
  sql: ({ table, column }) => sql`
    update tasks set state = ${column('state')}, terminal = ${column('terminal')}, status_at = ${column('status_at')},
      runner = ${column('runner')}, engaged = ${column('runner')}, durable = ${column('durable')},
      seq = tasks.seq + 1, fence = tasks.fence + 1, attempt = tasks.attempt + 1
    ${fromGiven(table)}
    where tasks.id = ${column('id')} and tasks.turn = ${column('turn')} and tasks.fence = ${column('fence')}
      and tasks.seq = ${column('seq')} and tasks.terminal = 0
      and not exists (select 1 from conversations
        where conversations.owner = tasks.owner and conversations.context_id = tasks.context_id and forget = 1)
    returning tasks.id, tasks.context_id, tasks.chunk_seq, tasks.push`,
  keyOf: id,
};

const UPDATES = new Map<string, RowsStatement>();

/** Changes columns of claimed tasks. It returns those whose claim is the latest, and that have not ended. */
export function updateClaimed(changed: readonly TaskColumn[]): RowsStatement {
  const shape = `append ${changed}`;
  const known = UPDATES.get(shape);
  if (known) return known;
  const made: RowsStatement = {
    shape,
    rank: RANKS.update,
    columns: taskColumns('id', 'fence', ...changed),
    sql: ({ table, column }) => sql`
      update tasks set ${sql.join(changed.map((name) => sql`${sql.ref(name)} = ${column(name)}`))} ${fromGiven(table)}
      where tasks.id = ${column('id')} and tasks.fence = ${column('fence')} and tasks.terminal = 0
      returning tasks.id, tasks.push`,
    keyOf: id,
  };
  UPDATES.set(shape, made);
  return made;
}

function insertInto(table: string, shape: string, columns: Columns, end: RawBuilder<unknown> = sql``): RowsStatement {
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  return {
    shape: `insert ${shape}`,
    rank: RANKS.insert,
    columns,
    insert: (inserted) => sql`insert into ${sql.table(table)} (${names}) ${inserted} ${end}`,
  };
}

function fromGiven(table: GivenTable['table']): RawBuilder<unknown> {
  return table ? sql`from ${table}` : sql``;
}

function taskColumns(...names: readonly TaskColumn[]): Columns {
  return Object.fromEntries(names.map((name) => [name, TASK_COLUMNS[name]]));
}

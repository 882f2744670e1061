import type { TaskState } from '@a2a-js/sdk';
import { type Kysely, sql } from 'kysely';
import { isTerminal, stateFromName, stateName } from '../events/task-event.js';
import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import type { NamedFile } from './blob-rows.js';
import type { TaskLogSchema } from './schema.js';

/** A task as an operator lists it, without its content. */
export interface TaskSummary {
  readonly id: string;
  readonly owner: string;
  readonly contextId: string;
  readonly state: TaskState;
  readonly terminal: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970 of the last change of status. */
  readonly statusAt: number;
  readonly turns: number;
  /** Of the present turn. */
  readonly attempts: number;
}

/** Selects tasks of all owners. An absent field does not restrict. */
export interface TaskFilter {
  readonly state?: TaskState | undefined;
  readonly owner?: string | undefined;
  readonly contextId?: string | undefined;
  /** Milliseconds since 1970; selects tasks whose status changed at or after it. */
  readonly statusFrom?: number | undefined;
  /** Milliseconds since 1970; selects tasks whose status changed before it. */
  readonly statusBefore?: number | undefined;
}

const COLUMNS = [
  'id',
  'owner',
  'context_id',
  'state',
  'terminal',
  'created_at',
  'status_at',
  'turn',
  'attempt',
] as const;

/** The tasks of all owners, as the operator of a workspace sees them. */
export class OperatorView {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** The tasks, newest status first, after `last`. */
  tasks(filter: TaskFilter, most: number, last?: TaskSummary): Promise<readonly TaskSummary[]> {
    return this.#read(async (database) => (await pageOf(database, filter, most, last).execute()).map(toSummary));
  }

  /** The number of tasks. */
  async count(filter: TaskFilter = {}): Promise<number> {
    const { count } = await this.#read((database) =>
      filtered(database, filter)
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .executeTakeFirstOrThrow(),
    );
    return Number(count);
  }

  /** Tasks whose id is or begins with this text; the task with exactly this id first. */
  byPrefix(prefix: string, most: number): Promise<readonly TaskSummary[]> {
    return this.#read(async (database) => {
      const rows = await database
        .selectFrom('tasks')
        .select([...COLUMNS])
        .where('id', '>=', prefix)
        .where('id', '<', `${prefix}\u{10ffff}`)
        .orderBy('id')
        .limit(most)
        .execute();
      return rows.map(toSummary);
    });
  }

  /** Every task in the order of the ids, after one of them: a task whose status changes meanwhile keeps its place. */
  tasksAfter(id: string, most: number): Promise<readonly TaskSummary[]> {
    return this.#read(async (database) => {
      const rows = await database
        .selectFrom('tasks')
        .select([...COLUMNS])
        .where('id', '>', id)
        .orderBy('id')
        .limit(most)
        .execute();
      return rows.map(toSummary);
    });
  }

  /** Ids of the messages that began the turns of a task, in order. */
  messages(taskId: string): Promise<readonly string[]> {
    return this.#read(async (database) => {
      const rows = await database
        .selectFrom('task_messages')
        .select('message_id')
        .where('task_id', '=', taskId)
        .orderBy('turn')
        .execute();
      return rows.map(({ message_id }) => message_id);
    });
  }

  /** The stored files that a task names. */
  files(taskId: string): Promise<readonly NamedFile[]> {
    return this.#read(async (database) => {
      const rows = await database
        .selectFrom('task_blobs')
        .select(['digest', 'name', 'media_type'])
        .where('task_id', '=', taskId)
        .execute();
      return rows.map(({ digest, name, media_type }) => ({ digest, name, mediaType: media_type }));
    });
  }

  #read<Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>): Promise<Value> {
    return this.#database.read(work, CALLER);
  }
}

/** No index has the tasks of all owners in this order, but one has those that have ended, and one the others, which are few. */
function pageOf(database: Kysely<TaskLogSchema>, filter: TaskFilter, most: number, last: TaskSummary | undefined) {
  const page = (matching = filtered(database, filter)) => {
    const after = last
      ? matching.where(({ eb, refTuple, tuple }) => eb(refTuple('status_at', 'id'), '<', tuple(last.statusAt, last.id)))
      : matching;
    return after
      .select([...COLUMNS])
      .orderBy('status_at', 'desc')
      .orderBy('id', 'desc')
      .limit(most);
  };
  if (filter.owner !== undefined || filter.state !== undefined) return page();
  const pageWhere = (hasEnded: boolean) => page(filtered(database, filter).where(isEnded(hasEnded)));
  return database
    .selectFrom(pageWhere(true).as('ended'))
    .selectAll()
    .unionAll(database.selectFrom(pageWhere(false).as('unfinished')).selectAll())
    .orderBy('status_at', 'desc')
    .orderBy('id', 'desc')
    .limit(most);
}

/** A literal, so that SQLite uses the partial index of these tasks. */
function isEnded(hasEnded: boolean) {
  return hasEnded ? sql<boolean>`terminal = 1` : sql<boolean>`terminal = 0`;
}

function filtered(database: Kysely<TaskLogSchema>, { state, owner, contextId, statusFrom, statusBefore }: TaskFilter) {
  let query = database.selectFrom('tasks');
  if (state !== undefined) query = query.where('state', '=', stateName(state)).where(isEnded(isTerminal(state)));
  if (owner !== undefined) query = query.where('owner', '=', owner);
  if (contextId !== undefined) query = query.where('context_id', '=', contextId);
  if (statusFrom !== undefined) query = query.where('status_at', '>=', statusFrom);
  if (statusBefore !== undefined) query = query.where('status_at', '<', statusBefore);
  return query;
}

interface SummaryRow {
  readonly id: string;
  readonly owner: string;
  readonly context_id: string;
  readonly state: string;
  readonly terminal: number;
  readonly created_at: number;
  readonly status_at: number;
  readonly turn: number;
  readonly attempt: number;
}

function toSummary(row: SummaryRow): TaskSummary {
  return {
    id: row.id,
    owner: row.owner,
    contextId: row.context_id,
    state: stateFromName(row.state),
    terminal: row.terminal === 1,
    createdAt: row.created_at,
    statusAt: row.status_at,
    turns: row.turn,
    attempts: row.attempt,
  };
}

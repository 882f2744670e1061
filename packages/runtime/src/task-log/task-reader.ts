import { TaskState } from '@a2a-js/sdk';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Patience } from '../storage/storage-gate.js';
import type { KnownMessage, MessageKey } from './message-key.js';
import { type TaskRecord, type TaskRow, toRecord } from './records.js';
import type { TaskLogSchema } from './schema.js';
import { eventFromJson, type LoggedEvent, stateFromName, stateName } from './task-event.js';
import type { TaskStorage } from './task-storage.js';

/** How many events one read of the log brings. */
const BATCH = 256;

/** Which tasks a listing wants (A2A 1.0, section 3.1.4). */
export interface ListQuery {
  readonly owner: string;
  readonly contextId?: string;
  readonly state?: TaskState;
  /** Milliseconds since 1970; tasks whose status changed at or after it. */
  readonly statusAfter?: number;
  /** 1 to 100. */
  readonly pageSize: number;
  /** Where the page before ended. */
  readonly after?: { readonly statusAt: number; readonly taskId: string };
}

/** One page of a listing, newest status first. */
export interface ListPage {
  readonly records: readonly TaskRecord[];
  /** How many tasks match, over all pages. */
  readonly total: number;
  /** Set when another page follows. */
  readonly next?: { readonly statusAt: number; readonly taskId: string };
}

/** Reads the task log; changes nothing. */
export class TaskReader {
  readonly #storage: TaskStorage;
  readonly #patience: Patience;

  constructor(storage: TaskStorage, patience: Patience) {
    this.#storage = storage;
    this.#patience = patience;
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.#read((database) => database.selectFrom('tasks').select('id').limit(1).execute());
  }

  /** A task as it stands; with `owner`, only when it is theirs. */
  async get(taskId: string, owner?: string): Promise<TaskRecord | undefined> {
    return this.#snapshot(async (transaction) => {
      let query = transaction.selectFrom('tasks').selectAll().where('id', '=', taskId);
      if (owner !== undefined) query = query.where('owner', '=', owner);
      const row = await query.executeTakeFirst();
      return row && this.#record(transaction, row);
    });
  }

  /** Who holds a task now, without the task itself: cheap enough to be asked every second. */
  async claimOf(taskId: string): Promise<{ readonly state: TaskState; readonly fence: number } | undefined> {
    const row = await this.#read((database) =>
      database.selectFrom('tasks').select(['state', 'fence']).where('id', '=', taskId).executeTakeFirst(),
    );
    return row && { state: stateFromName(row.state), fence: row.fence };
  }

  /** Where a task stands; undefined: there is none. */
  async stateOf(taskId: string): Promise<TaskState | undefined> {
    const row = await this.#read((database) =>
      database.selectFrom('tasks').select('state').where('id', '=', taskId).executeTakeFirst(),
    );
    return row && stateFromName(row.state);
  }

  /** What a message made, when it was seen before. */
  findMessage(message: MessageKey): Promise<KnownMessage | undefined> {
    return this.#read((database) => findMessage(database, message));
  }

  /** Ids of the tasks of a conversation that wait for an answer. */
  waiting(owner: string, contextId: string): Promise<readonly string[]> {
    return this.#storage.read(async (database) => {
      const rows = await database
        .selectFrom('tasks')
        .select('id')
        .where('owner', '=', owner)
        .where('context_id', '=', contextId)
        // Written out, so that the index of just these tasks is used.
        .where(sql<boolean>`state = 'TASK_STATE_INPUT_REQUIRED'`)
        .execute();
      return rows.map(({ id }) => id);
    }, this.#patience);
  }

  /** Tasks whose turn has neither ended nor waits for anybody, oldest first. */
  async unfinished(): Promise<readonly TaskRecord[]> {
    return this.#snapshot(async (transaction) => {
      const rows = await transaction
        .selectFrom('tasks')
        .selectAll()
        .where('terminal', '=', 0)
        .where('state', 'in', [stateName(TaskState.TASK_STATE_SUBMITTED), stateName(TaskState.TASK_STATE_WORKING)])
        .orderBy('status_at')
        .execute();
      return this.#records(transaction, rows);
    });
  }

  async list(query: ListQuery): Promise<ListPage> {
    return this.#snapshot(async (transaction) => {
      let matching = transaction.selectFrom('tasks').where('owner', '=', query.owner);
      if (query.contextId !== undefined) matching = matching.where('context_id', '=', query.contextId);
      if (query.state !== undefined) matching = matching.where('state', '=', stateName(query.state));
      if (query.statusAfter !== undefined) matching = matching.where('status_at', '>=', query.statusAfter);
      const { total } = await matching
        .select(({ fn }) => fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow();
      let page = matching.selectAll();
      const { after } = query;
      if (after) {
        page = page.where(({ eb, or, and }) =>
          or([
            eb('status_at', '<', after.statusAt),
            and([eb('status_at', '=', after.statusAt), eb('id', '<', after.taskId)]),
          ]),
        );
      }
      const rows = await page
        .orderBy('status_at', 'desc')
        .orderBy('id', 'desc')
        .limit(query.pageSize + 1)
        .execute();
      const records = await this.#records(transaction, rows.slice(0, query.pageSize));
      const last = rows[query.pageSize - 1];
      const next = rows.length > query.pageSize && last ? { statusAt: last.status_at, taskId: last.id } : undefined;
      return { records, total: Number(total), ...(next && { next }) };
    });
  }

  /** At most 256 events after `seq`, in order. */
  async eventsAfter(taskId: string, seq: number): Promise<readonly LoggedEvent[]> {
    const rows = await this.#read((database) =>
      database
        .selectFrom('task_events')
        .select(['seq', 'event'])
        .where('task_id', '=', taskId)
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(BATCH)
        .execute(),
    );
    return rows.map((row) => ({ seq: row.seq, event: eventFromJson(row.event) }));
  }

  #read<Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>): Promise<Value> {
    return this.#storage.read(work, this.#patience);
  }

  /** Reads several things as they stand at one moment. */
  #snapshot<Value>(work: (transaction: Transaction<TaskLogSchema>) => Promise<Value>): Promise<Value> {
    return this.#read((database) => database.transaction().execute(work));
  }

  async #records(database: Kysely<TaskLogSchema>, rows: readonly TaskRow[]): Promise<readonly TaskRecord[]> {
    const records: TaskRecord[] = [];
    for (const row of rows) records.push(await this.#record(database, row));
    return records;
  }

  async #record(database: Kysely<TaskLogSchema>, row: TaskRow): Promise<TaskRecord> {
    return toRecord(row, row.seq > row.snapshot_seq ? await eventsSince(database, row.id, row.snapshot_seq) : []);
  }
}

/** The raw events after a snapshot, to fold into it. */
export function eventsSince(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  seq: number,
): Promise<readonly { readonly event: string }[]> {
  return database
    .selectFrom('task_events')
    .select('event')
    .where('task_id', '=', taskId)
    .where('seq', '>', seq)
    .orderBy('seq')
    .execute();
}

export async function findMessage(
  database: Kysely<TaskLogSchema>,
  message: MessageKey,
): Promise<KnownMessage | undefined> {
  const row = await database
    .selectFrom('task_messages')
    .select(['task_id', 'turn', 'digest'])
    .where('owner', '=', message.owner)
    .where('context_key', '=', message.contextKey)
    .where('message_id', '=', message.messageId)
    .executeTakeFirst();
  return row && { taskId: row.task_id, turn: row.turn, sameContent: row.digest === message.digest };
}

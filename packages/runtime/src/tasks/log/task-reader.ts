import { setImmediate as nextTick } from 'node:timers/promises';
import type { TaskState } from '@a2a-js/sdk';
import type { ConversationBounds, ConversationEntry } from '@molecule/adapters';
import type { Kysely, Transaction } from 'kysely';
import { beginsOrEndsTurn, eventFromJson, type LoggedEvent, stateFromName } from '../events/task-event.js';
import type { Database } from '../storage/database.js';
import type { Patience } from '../storage/storage-gate.js';
import type { TurnInput } from '../turn-input.js';
import type { PendingInput } from '../turn-result.js';
import { findFile, type NamedFile, namedDigests } from './blob-rows.js';
import { readTask, STATUS_ONLY, statusAtChunk, type TaskParts } from './chunk-rows.js';
import { readConversation } from './conversation.js';
import { HotStatements, padded } from './hot-statements.js';
import { findMessage, type KnownMessage, type MessageKey } from './messages.js';
import { readContent } from './read-content.js';
import { type Claim, HEAD_COLUMNS, type TaskHead, type TaskRecord, type TurnRecord, toHead } from './records.js';
import type { TaskLogSchema, TasksTable } from './schema.js';
import { readSteps, type StepRowPage } from './steps/step-rows.js';
import { wholeResult } from './stored-result.js';
import { type ListPage, type ListQuery, listIds } from './task-list.js';
import { sizeOf } from './task-sizes.js';
import { turnRow } from './turn-row.js';
import { endedButEngaged, runningTasks, type TurnClaim, unfinishedClaims, waitingTasks } from './unfinished-tasks.js';
import type { UnsyncedTasks } from './unsynced-tasks.js';

/** The largest number of events, or of claims, of one read. */
export const BATCH = 256;
/** Claims of a smaller read, which is for changes that come together. */
const FEW = 16;

/** Read access to the task log. */
export class TaskReader {
  readonly #database: Database<TaskLogSchema>;
  readonly #unsynced: UnsyncedTasks;
  readonly #patience: Patience;
  readonly #statements = new HotStatements();

  constructor(database: Database<TaskLogSchema>, unsynced: UnsyncedTasks, patience: Patience) {
    this.#database = database;
    this.#unsynced = unsynced;
    this.#patience = patience;
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.#read((database) => database.selectFrom('tasks').select('id').limit(1).execute());
  }

  /** A task as it stands; with `owner`, only if it belongs to that owner. By default with history and artifacts. */
  async get(taskId: string, owner?: string, parts?: TaskParts): Promise<TaskRecord | undefined> {
    const record = await this.#snapshot(async (transaction) => {
      let query = transaction
        .selectFrom('tasks')
        .select([...HEAD_COLUMNS, 'tasks.chunk_seq'])
        .where('id', '=', taskId);
      if (owner !== undefined) query = query.where('owner', '=', owner);
      const row = await query.executeTakeFirst();
      if (!row) return undefined;
      const head = toHead(row);
      const task = await readTask(transaction, row, parts);
      return { ...head, task, result: head.ended && wholeResult(head.ended, head.turn, task) };
    });
    if (record) await this.#unsynced.synced([taskId], this.#patience);
    return record;
  }

  /** About how many bytes the JSON of a task has; undefined: there is no such task, or it belongs to another owner. */
  sizeOf(taskId: string, owner?: string, parts?: TaskParts): Promise<number | undefined> {
    return this.#read((database) => sizeOf(database, taskId, owner, parts));
  }

  /** A task without its content; with `owner`, only if it belongs to that owner. */
  async head(taskId: string, owner?: string): Promise<TaskHead | undefined> {
    const row = await this.#read((database) => {
      const query = database.selectFrom('tasks').select(HEAD_COLUMNS).where('id', '=', taskId);
      return (owner === undefined ? query : query.where('owner', '=', owner)).executeTakeFirst();
    });
    // With an owner, it is read for a client.
    if (row && owner !== undefined) await this.#unsynced.synced([taskId], this.#patience);
    return row && toHead(row);
  }

  /** The present turn of a task, with all that its engine needs. */
  async turn(taskId: string): Promise<TurnRecord | undefined> {
    return this.#snapshot(async (transaction) => {
      const row = await transaction
        .selectFrom('tasks')
        .select(HEAD_COLUMNS)
        .where('id', '=', taskId)
        .executeTakeFirst();
      return row && { ...toHead(row), ...(await turnRow(transaction, taskId)) };
    });
  }

  /** The input of a task's present turn. */
  async input(taskId: string): Promise<TurnInput | undefined> {
    const input = await this.#read((database) => readContent(database, taskId, 'input'));
    return input === undefined ? undefined : (JSON.parse(input) as TurnInput);
  }

  /** What a task waits for; undefined if it waits for nothing. */
  async question(taskId: string): Promise<PendingInput | undefined> {
    const question = await this.#read((database) => readContent(database, taskId, 'question'));
    return question === undefined ? undefined : (JSON.parse(question) as PendingInput);
  }

  /** Recorded steps of a task. @param after the number of the step after which the page begins */
  steps(taskId: string, after: number): Promise<StepRowPage> {
    return this.#snapshot((transaction) => readSteps(transaction, taskId, after));
  }

  /** What was said in the context of a task before its present message, oldest first. */
  conversation(present: TaskHead, bounds?: ConversationBounds): Promise<readonly ConversationEntry[]> {
    return this.#snapshot((transaction) => readConversation(transaction, present, bounds));
  }

  /** The metadata of a task that has settled: the outcome of its turn. */
  async outcomeMetadata(taskId: string): Promise<Readonly<Record<string, unknown>>> {
    const row = { id: taskId, context_id: '', seq: 0, chunk_seq: 0 };
    const { metadata } = await this.#read((database) => statusAtChunk(database, row));
    return metadata ?? {};
  }

  /** The state and the fence of a task, without the task itself: a cheap query. */
  async claimOf(taskId: string): Promise<Claim | undefined> {
    const row = await this.#read((database) =>
      database.selectFrom('tasks').select(['state', 'fence']).where('id', '=', taskId).executeTakeFirst(),
    );
    return row && { state: stateFromName(row.state), fence: row.fence };
  }

  /** The same for many tasks, some at a time. A task that the log does not hold is missing in the result. */
  async claimsOf(taskIds: readonly string[]): Promise<ReadonlyMap<string, Claim>> {
    const claims = new Map<string, Claim>();
    for (let at = 0; at < taskIds.length; at += BATCH) {
      if (at > 0) await nextTick();
      const some = taskIds.slice(at, at + BATCH);
      const ids = padded(some, some.length > FEW ? BATCH : FEW);
      const { rows } = await this.#read((database) =>
        this.#statements.run(database, `claims ${ids.length}`, ids, () =>
          database
            .selectFrom('tasks')
            .select(['id', 'state', 'fence'])
            .where('id', 'in', [...ids]),
        ),
      );
      for (const { id, state, fence } of rows as readonly Pick<TasksTable, 'id' | 'state' | 'fence'>[]) {
        claims.set(id, { state: stateFromName(state), fence });
      }
    }
    return claims;
  }

  /** The state of a task; undefined: there is no such task. */
  async stateOf(taskId: string): Promise<TaskState | undefined> {
    const row = await this.#read((database) =>
      database.selectFrom('tasks').select('state').where('id', '=', taskId).executeTakeFirst(),
    );
    return row && stateFromName(row.state);
  }

  /** What a message began, if it was accepted before. */
  findMessage(message: MessageKey): Promise<KnownMessage | undefined> {
    return this.#read((database) => findMessage(database, this.#statements, message));
  }

  /** A stored file that a task names; with `owner`, only if the task belongs to that owner. */
  file(taskId: string, digest: string, owner: string | undefined): Promise<NamedFile | undefined> {
    return this.#read((database) => findFile(database, taskId, digest, owner));
  }

  /** Which of these stored files some task names. */
  namedDigests(digests: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#read((database) => namedDigests(database, digests));
  }

  /** Ids of the tasks of a conversation that wait for an answer. */
  waiting(owner: string, contextId: string): Promise<readonly string[]> {
    return this.#read((database) => waitingTasks(database, this.#statements, { owner, contextId }));
  }

  /** The claims of tasks whose turn has neither ended nor waits for an answer, oldest first. */
  unfinishedClaims(): Promise<readonly TurnClaim[]> {
    return this.#read(unfinishedClaims);
  }

  /** Ended tasks that count as engaged. */
  endedButEngaged(): Promise<readonly Pick<TurnClaim, 'taskId' | 'engaged'>[]> {
    return this.#read(endedButEngaged);
  }

  /** Tasks of which a turn runs, oldest first. */
  running(): Promise<readonly TaskHead[]> {
    return this.#read(runningTasks);
  }

  /** The context of the owner's task whose status changed last. */
  async newestContext(owner: string): Promise<string | undefined> {
    const row = await this.#read((database) =>
      database
        .selectFrom('tasks')
        .select('context_id')
        .where('owner', '=', owner)
        .orderBy('status_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    return row?.context_id;
  }

  async list(query: ListQuery): Promise<ListPage> {
    const { ids, total, next } = await this.#snapshot((transaction) => listIds(transaction, query));
    const records: TaskRecord[] = [];
    for (const id of ids) {
      const record = await this.get(id, query.owner, query.parts ?? STATUS_ONLY);
      if (record) records.push(record);
      // Other work runs between two tasks, which may be large.
      await nextTick();
    }
    return { records, total, ...(next && { next }) };
  }

  /** At most 256 events after `seq`, in order. */
  async eventsAfter(taskId: string, seq: number): Promise<readonly LoggedEvent[]> {
    const rows = await this.#read((database) =>
      database
        .selectFrom('task_contents')
        .select(['seq', 'content'])
        .where('task_id', '=', taskId)
        .where('kind', '=', 'event')
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(BATCH)
        .execute(),
    );
    const events = rows.map(({ seq, content }) => ({ seq, event: eventFromJson(content), json: content }));
    // What happens within a turn may be lost with the machine; its beginning and its end may not.
    if (events.some(({ event }) => beginsOrEndsTurn(event))) await this.#unsynced.synced([taskId], this.#patience);
    return events;
  }

  #read<Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>): Promise<Value> {
    return this.#database.read(work, this.#patience);
  }

  #snapshot<Value>(work: (transaction: Transaction<TaskLogSchema>) => Promise<Value>): Promise<Value> {
    return this.#database.snapshot(work, this.#patience);
  }
}

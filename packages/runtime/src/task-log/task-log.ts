import { Task, TaskState } from '@a2a-js/sdk';
import type { AbandonedWork } from '@molecule/adapters';
import type { Transaction } from 'kysely';
import type { TaskInput } from '../runner/task-input.js';
import { CALLER, ONCE, type Patience, TURN } from '../storage/storage-gate.js';
import type { StorageTrouble } from '../storage/storage-trouble.js';
import { AbandonedWorkStore, noteAbandoned } from './abandoned-work.js';
import { type ClaimOptions, claimTurn } from './claim-turn.js';
import { fold } from './fold.js';
import { followEvents } from './follow-events.js';
import { insertEvent } from './insert-event.js';
import type { KnownMessage, MessageKey } from './message-key.js';
import { newRecord, type TaskRecord, toRecord } from './records.js';
import { rememberMessage } from './remember-message.js';
import type { TaskLogSchema } from './schema.js';
import { type LoggedEvent, type TaskEvent, withSequence } from './task-event.js';
import { TaskFeed } from './task-feed.js';
import { eventsSince, TaskReader } from './task-reader.js';
import { TaskStorage, type TaskStorageOptions } from './task-storage.js';
import { stateColumns, type TaskWriter } from './task-writer.js';

/** Events of a finished task are dropped after this; its snapshot stays. A client has so long to come back by number. */
const KEEP_EVENTS_MS = 10 * 60_000;

/** What became of a new message. */
export type CreateOutcome = { readonly known: KnownMessage } | { readonly record: TaskRecord };

/**
 * The one truth about tasks: a row and an append-only list of events each. Whoever runs a turn appends to it by a
 * {@link TaskWriter}; everybody else reads, and follows it.
 */
export class TaskLog {
  readonly #storage: TaskStorage;
  readonly #feed = new TaskFeed();
  /** Everything that only looks. Storage that does not answer is waited for as long as a caller may be kept waiting. */
  readonly read: TaskReader;
  /** The same for turns: storage that does not answer is waited for. */
  readonly readForTurn: TaskReader;
  /** What the engine is still to release of tasks that have ended. */
  readonly abandonedWork: AbandonedWorkStore;
  #onAbandoned: (() => void) | undefined;

  private constructor(storage: TaskStorage) {
    this.#storage = storage;
    this.read = new TaskReader(storage, CALLER);
    this.readForTurn = new TaskReader(storage, TURN);
    this.abandonedWork = new AbandonedWorkStore(storage);
  }

  /**
   * @param file an absolute path, or `:memory:`
   * @throws {TaskLogError} `TASK_LOG_OPEN_FAILED`, `TASK_LOG_MIGRATION_FAILED`, `TASK_LOG_TOO_NEW`
   */
  static async open(file: string, options: TaskStorageOptions = {}): Promise<TaskLog> {
    return new TaskLog(await TaskStorage.open(file, options));
  }

  close(): Promise<void> {
    return this.#storage.close();
  }

  /** Why the log cannot be written or read, while that is so. */
  get trouble(): StorageTrouble | undefined {
    return this.#storage.trouble;
  }

  /** From now on it is noted what the engine is to release of tasks that end without an answer, and the listener is told. */
  onAbandoned(listener: () => void): void {
    this.#onAbandoned = listener;
  }

  /** Notes that nobody will continue a turn which has ended without an answer. */
  async abandon(record: TaskRecord): Promise<void> {
    if (!this.#onAbandoned) return;
    await this.#storage.write((database) => noteAbandoned(database, record, 'ended'), TURN);
    this.#onAbandoned();
  }

  /**
   * Resolves when a test write has worked; it is done at most once a second.
   *
   * @throws {StorageError} with the cause
   */
  probe(): Promise<void> {
    return this.#storage.probe();
  }

  /**
   * Looks whether the log's file is where it should be; one that was deleted is written again, and one that was replaced
   * takes what the new file does not have.
   *
   * @returns true when it is there
   */
  keep(): Promise<boolean> {
    return this.#storage.keep();
  }

  /** The process ends: whatever waits for storage in trouble fails now, and nothing waits any more. */
  giveUp(): void {
    this.#storage.giveUp();
  }

  /**
   * Stores a new task and the message that made it. A message that was seen before stores nothing.
   *
   * @throws {StorageError} when it cannot be stored now; nothing is stored then
   */
  create(task: Task, input: TaskInput, message: MessageKey, runner: string): Promise<CreateOutcome> {
    return this.#transaction(CALLER, async (transaction) => {
      const known = await rememberMessage(transaction, message, input);
      if (known) return { known };
      const now = Date.now();
      await transaction
        .insertInto('tasks')
        .values({
          id: input.taskId,
          owner: message.owner,
          context_id: input.contextId,
          ...stateColumns(task.status?.state ?? TaskState.TASK_STATE_SUBMITTED, now),
          created_at: now,
          snapshot: JSON.stringify(Task.toJSON(task)),
          snapshot_seq: 0,
          seq: 0,
          turn: input.turn,
          attempt: 0,
          fence: 0,
          runner,
          durable: 0,
          input: JSON.stringify(input),
          checkpoint_seq: 0,
        })
        .execute();
      return { record: newRecord(task, input, message.owner, runner) };
    });
  }

  /**
   * Begins the next turn of a task that waits for an answer. `taken` says that it no longer waits.
   *
   * @throws {StorageError} when it cannot be stored now; nothing is stored then
   */
  beginTurn(
    record: TaskRecord,
    task: Task,
    input: TaskInput,
    message: MessageKey,
    event: TaskEvent,
    runner: string,
  ): Promise<KnownMessage | 'begun' | 'taken'> {
    const seq = record.seq + 1;
    const numbered = withSequence(event, seq);
    fold(task, numbered);
    return this.#transaction(CALLER, async (transaction) => {
      const known = await rememberMessage(transaction, message, input);
      if (known) return known;
      const now = Date.now();
      const { numUpdatedRows } = await transaction
        .updateTable('tasks')
        .set({
          ...stateColumns(task.status?.state ?? TaskState.TASK_STATE_SUBMITTED, now),
          turn: input.turn,
          attempt: 0,
          input: JSON.stringify(input),
          result: null,
          runner,
          durable: 0,
          snapshot: JSON.stringify(Task.toJSON(task)),
          snapshot_seq: seq,
          seq,
        })
        .where('id', '=', record.taskId)
        .where('turn', '=', record.turn)
        .where('fence', '=', record.fence)
        .where('seq', '=', record.seq)
        .where('terminal', '=', 0)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new TurnTaken();
      await insertEvent(transaction, record.taskId, seq, numbered, now);
      return { seq, event: numbered };
    }).then(
      (outcome) => {
        if (!('event' in outcome)) return outcome;
        this.#feed.publish(record.taskId, [outcome]);
        return 'begun' as const;
      },
      (error: unknown) => {
        if (error instanceof TurnTaken) return 'taken' as const;
        throw error;
      },
    );
  }

  /** Takes a turn to run it. Undefined: it was taken, canceled or finished by another since it was read. */
  claim(record: TaskRecord, options: ClaimOptions, event: TaskEvent): Promise<TaskWriter | undefined> {
    return claimTurn(this.#storage, this.#feed, record, options, event);
  }

  /** Gives a turn back: nobody runs it now. Nothing happens when another has claimed it since, or it is over. */
  async release({ taskId, fence }: TaskRecord): Promise<void> {
    await this.#storage.write(
      (database) =>
        database
          .updateTable('tasks')
          .set({ runner: null })
          .where('id', '=', taskId)
          .where('fence', '=', fence)
          .where('terminal', '=', 0)
          .execute(),
      TURN,
    );
  }

  /**
   * Ends a task from outside its run, whoever runs it: the runner's next append is refused. Undefined: it was over.
   *
   * @param event a status update with a terminal state
   * @param reason why nobody will continue it; by default as the event's state says
   * @param patience how long storage in trouble is waited for; by default until it can be written
   * @throws {StorageError} when patience ends
   */
  async settle(
    taskId: string,
    event: TaskEvent,
    patience: Patience = TURN,
    reason?: AbandonedWork['reason'],
  ): Promise<TaskRecord | undefined> {
    const now = Date.now();
    const settled = await this.#transaction(patience, async (transaction) => {
      const row = await transaction
        .updateTable('tasks')
        .set((expression) => ({ terminal: 1, fence: expression('fence', '+', 1), seq: expression('seq', '+', 1) }))
        .where('id', '=', taskId)
        .where('terminal', '=', 0)
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      const numbered = withSequence(event, row.seq);
      const later = await eventsSince(transaction, row.id, row.snapshot_seq);
      await insertEvent(transaction, taskId, row.seq, numbered, now);
      const before = toRecord(row, later);
      const { task } = before;
      fold(task, numbered);
      const state = task.status?.state ?? TaskState.TASK_STATE_FAILED;
      const why = reason ?? (state === TaskState.TASK_STATE_CANCELED ? 'canceled' : 'ended');
      if (this.#onAbandoned) await noteAbandoned(transaction, before, why);
      const change = {
        ...stateColumns(state, now),
        snapshot: JSON.stringify(Task.toJSON(task)),
        snapshot_seq: row.seq,
        pending: null,
      };
      await transaction.updateTable('tasks').set(change).where('id', '=', taskId).execute();
      return { logged: { seq: row.seq, event: numbered }, record: toRecord({ ...row, ...change }, []) };
    });
    if (!settled) return undefined;
    this.#feed.publish(taskId, [settled.logged]);
    this.#onAbandoned?.();
    return settled.record;
  }

  /**
   * The events after `seq`, and then each further one as it happens, until the caller stops or `signal` is aborted,
   * or the task is over and all is told. None is lost and none comes twice.
   */
  follow(taskId: string, seq: number, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, undefined> {
    return followEvents(this.readForTurn, this.#feed, taskId, seq, signal);
  }

  /** Drops the events of tasks that have been over for ten minutes; their snapshots hold everything. */
  async compact(now = Date.now()): Promise<void> {
    await this.#storage.write(
      (database) =>
        database
          .deleteFrom('task_events')
          .where('task_id', 'in', (query) =>
            query
              .selectFrom('tasks')
              .select('id')
              .where('terminal', '=', 1)
              .where('status_at', '<', now - KEEP_EVENTS_MS),
          )
          .execute(),
      ONCE,
    );
  }

  #transaction<Value>(
    patience: Patience,
    work: (transaction: Transaction<TaskLogSchema>) => Promise<Value>,
  ): Promise<Value> {
    return this.#storage.write((database) => database.transaction().execute(work), patience);
  }
}

/** Rolls a transaction back: the task was no longer waiting. */
class TurnTaken extends Error {}

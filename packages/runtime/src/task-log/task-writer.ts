import { Task, TaskState } from '@a2a-js/sdk';
import type { JsonValue } from '@molecule/adapters';
import type { Kysely, Updateable } from 'kysely';
import type { PendingInput, TurnResult } from '../runner/turn-result.js';
import { fold } from './fold.js';
import type { TaskRecord } from './records.js';
import type { TaskLogSchema, TasksTable } from './schema.js';
import {
  eventToJson,
  isTerminal,
  type LoggedEvent,
  stateName,
  stateOf,
  type TaskEvent,
  withSequence,
} from './task-event.js';
import type { TaskFeed } from './task-feed.js';
import { TaskLogError } from './task-log-error.js';

/** A new full snapshot is written once the events since the last one weigh as much as it does, and at least this. */
const SNAPSHOT_BYTES = 64 * 1024;

/** What ends a turn. */
export interface TurnEnding {
  readonly result: TurnResult;
  readonly pending?: PendingInput;
}

/**
 * The one who may append to a claimed task. Every append names the claim's fence; when another has claimed or canceled
 * the task meanwhile, the append is refused with `STALE_ATTEMPT` or `TASK_TERMINAL`, and the runner stops.
 */
export class TaskWriter {
  readonly #database: Kysely<TaskLogSchema>;
  readonly #feed: TaskFeed;
  readonly record: TaskRecord;
  #seq: number;
  #attempt: number;
  #checkpointSeq: number;
  #bytesSinceSnapshot = 0;
  #snapshotBytes = 0;
  #tail: Promise<unknown> = Promise.resolve();
  /** Why an append failed. The task that is kept here is then ahead of the log, so nothing more may be appended to it. */
  #failure: unknown;

  constructor(database: Kysely<TaskLogSchema>, feed: TaskFeed, record: TaskRecord) {
    this.#database = database;
    this.#feed = feed;
    this.record = record;
    this.#seq = record.seq;
    this.#attempt = record.attempt;
    this.#checkpointSeq = record.checkpointSeq;
  }

  /** How often the turn has been begun, this time included. */
  get attempt(): number {
    return this.#attempt;
  }

  /** The task with everything that this writer has appended. Not to be changed by others. */
  get task(): Task {
    return this.record.task;
  }

  /** Appends events; the last status among them becomes the task's state. */
  append(events: readonly TaskEvent[]): Promise<void> {
    return this.#enqueue(events, {});
  }

  /** Appends the turn's last events, with its outcome. */
  finish(events: readonly TaskEvent[], ending: TurnEnding): Promise<void> {
    return this.#enqueue(events, {
      result: JSON.stringify(ending.result),
      pending: ending.pending ? JSON.stringify(ending.pending) : null,
    });
  }

  /** Makes the engine's state durable, for the next attempt. */
  saveCheckpoint(state: JsonValue): Promise<void> {
    this.#checkpointSeq++;
    return this.#enqueue([], { checkpoint: JSON.stringify(state), checkpoint_seq: this.#checkpointSeq });
  }

  /** Begins the turn once more, within the same claim. */
  nextAttempt(): Promise<void> {
    this.#attempt++;
    return this.#enqueue([], { attempt: this.#attempt });
  }

  #enqueue(events: readonly TaskEvent[], change: Updateable<TasksTable>): Promise<void> {
    const run = this.#tail.then(() => {
      if (this.#failure !== undefined) throw this.#failure;
      return this.#commit(events, change);
    });
    // The caller learns of a failure, and so does everyone who appends after it.
    this.#tail = run.catch((error: unknown) => {
      this.#failure ??= error;
    });
    return run;
  }

  async #commit(events: readonly TaskEvent[], change: Updateable<TasksTable>): Promise<void> {
    const { taskId, fence } = this.record;
    const now = Date.now();
    const logged = events.map((event, index): LoggedEvent => {
      const seq = this.#seq + 1 + index;
      return { seq, event: withSequence(event, seq) };
    });
    const rows = logged.map(({ seq, event }) => ({ task_id: taskId, seq, event: eventToJson(event), at: now }));
    for (const { event } of logged) fold(this.record.task, event);
    const seq = this.#seq + logged.length;
    const update: Updateable<TasksTable> = { ...change, seq };
    const state = logged.map(({ event }) => stateOf(event)).findLast((value) => value !== undefined);
    if (state !== undefined) Object.assign(update, stateColumns(state, now));
    const bytes = this.#bytesSinceSnapshot + rows.reduce((sum, { event }) => sum + event.length, 0);
    const snapshot = this.#needsSnapshot(bytes, state, change)
      ? JSON.stringify(Task.toJSON(this.record.task))
      : undefined;
    if (snapshot !== undefined) Object.assign(update, { snapshot, snapshot_seq: seq });

    await this.#database.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('tasks')
        .set(update)
        .where('id', '=', taskId)
        .where('fence', '=', fence)
        .where('terminal', '=', 0)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw await this.#refusal(transaction);
      if (rows.length > 0) await transaction.insertInto('task_events').values(rows).execute();
    });
    this.#seq = seq;
    this.#bytesSinceSnapshot = snapshot === undefined ? bytes : 0;
    this.#snapshotBytes = snapshot?.length ?? this.#snapshotBytes;
    if (logged.length > 0) this.#feed.publish(taskId, logged);
  }

  #needsSnapshot(bytes: number, state: TaskState | undefined, change: Updateable<TasksTable>): boolean {
    const settles = state !== undefined && state !== TaskState.TASK_STATE_WORKING;
    return settles || change.result !== undefined || bytes >= Math.max(SNAPSHOT_BYTES, this.#snapshotBytes);
  }

  async #refusal(database: Kysely<TaskLogSchema>): Promise<TaskLogError> {
    const { taskId, fence } = this.record;
    const row = await database
      .selectFrom('tasks')
      .select(['state', 'fence', 'terminal'])
      .where('id', '=', taskId)
      .executeTakeFirst();
    if (row?.terminal === 1) return new TaskLogError('TASK_TERMINAL', `Task ${taskId} is over: ${row.state}.`);
    return new TaskLogError(
      'STALE_ATTEMPT',
      `Claim ${fence} of task ${taskId} is no longer the newest (${row?.fence ?? 'the task is gone'}): another process has taken it over.`,
    );
  }
}

/** The columns that follow from a state. */
export function stateColumns(state: TaskState, now: number): Pick<TasksTable, 'state' | 'terminal' | 'status_at'> {
  return { state: stateName(state), terminal: isTerminal(state) ? 1 : 0, status_at: now };
}

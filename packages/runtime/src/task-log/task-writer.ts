import { Task, TaskState } from '@a2a-js/sdk';
import type { JsonValue } from '@molecule/adapters';
import type { Kysely, Updateable } from 'kysely';
import type { PendingInput, TurnResult } from '../runner/turn-result.js';
import { TURN } from '../storage/storage-gate.js';
import { fold } from './fold.js';
import { isLight, mergeEvents, weightOf } from './merge-events.js';
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
import type { TaskStorage } from './task-storage.js';

/** A new full snapshot is written once the events since the last one weigh as much as it does, and at least this. */
const SNAPSHOT_BYTES = 64 * 1024;

/** Characters that an event weighs besides its text while it is kept. */
const EVENT_WEIGHT = 512;

/** What ends a turn. */
export interface TurnEnding {
  readonly result: TurnResult;
  readonly pending?: PendingInput;
}

class Deferred {
  resolve: () => void = () => {};
  reject: (reason: unknown) => void = () => {};
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** What is to be written in one transaction. */
interface Entry {
  readonly events: TaskEvent[];
  readonly change: Updateable<TasksTable>;
  /** What it has taken of the room for what is kept. */
  weight: number;
  readonly written: Deferred;
}

/**
 * The one who may append to a claimed task. Every append names the claim's fence; when another has claimed or canceled
 * the task meanwhile, the append is refused with `STALE_ATTEMPT` or `TASK_TERMINAL`, and the runner stops.
 *
 * What storage does not take now is kept, in order, and written when it does: the engine goes on meanwhile, until as much
 * is kept as may be. Readers see nothing that is not written.
 */
export class TaskWriter {
  readonly #storage: TaskStorage;
  readonly #feed: TaskFeed;
  readonly record: TaskRecord;
  #seq: number;
  #attempt: number;
  #checkpointSeq: number;
  #bytesSinceSnapshot = 0;
  #snapshotBytes = 0;
  /** What has not been written yet, in order. */
  readonly #queue: Entry[] = [];
  #writing = false;
  /** Resolves when storage makes the present write wait. */
  #held = new Deferred();
  #isHeld = false;
  #kept = 0;
  /** Why an append failed. The task that is kept here is then ahead of the log, so nothing more may be appended to it. */
  #failure: unknown;

  constructor(storage: TaskStorage, feed: TaskFeed, record: TaskRecord) {
    this.#storage = storage;
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

  /** True while storage in trouble keeps something from being written: the engine may have to wait for that. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The task with everything that this writer has appended. Not to be changed by others. */
  get task(): Task {
    return this.record.task;
  }

  /**
   * Appends events; the last status among them becomes the task's state. Resolves when they are written, or kept because
   * storage does not take them now; what then becomes of them the next append tells.
   */
  async append(events: readonly TaskEvent[]): Promise<void> {
    await this.#keep(this.#enqueue(events, {}), events);
  }

  /** Resolves when the entry is written, or kept because storage does not take it now and there is room to keep it. */
  async #keep(entry: Entry, events: readonly TaskEvent[]): Promise<void> {
    const weight = events.reduce((sum, event) => sum + weightOf(event), entry.weight === 0 ? EVENT_WEIGHT : 0);
    if (!events.every(isLight) || !this.#storage.room.take(weight, this.#kept)) return entry.written.promise;
    entry.weight += weight;
    this.#kept += weight;
    await Promise.race([entry.written.promise, this.#held.promise]);
  }

  /** Appends the turn's last events, with its outcome. */
  finish(events: readonly TaskEvent[], ending: TurnEnding): Promise<void> {
    const { written } = this.#enqueue(events, {
      result: JSON.stringify(ending.result),
      pending: ending.pending ? JSON.stringify(ending.pending) : null,
    });
    return written.promise;
  }

  /**
   * Makes the engine's state durable, for the next attempt, with what was said before it: both are in the log, or neither.
   *
   * @returns `kept` resolves as {@link append} does, `written` when both are in the log
   */
  saveCheckpoint(
    state: JsonValue,
    events: readonly TaskEvent[] = [],
  ): { readonly kept: Promise<void>; readonly written: Promise<void> } {
    this.#checkpointSeq++;
    const change = { checkpoint: JSON.stringify(state), checkpoint_seq: this.#checkpointSeq };
    const entry = this.#enqueue(events, change);
    const kept = this.#keep(entry, events);
    // Its failure is that of `written`, which not every caller waits for.
    kept.catch(() => {});
    return { kept, written: entry.written.promise };
  }

  /** Begins the turn once more, within the same claim. */
  nextAttempt(): Promise<void> {
    this.#attempt++;
    return this.#enqueue([], { attempt: this.#attempt }).written.promise;
  }

  #enqueue(events: readonly TaskEvent[], change: Updateable<TasksTable>): Entry {
    const waiting = this.#queue.length > 1 ? this.#queue.at(-1) : undefined;
    if (waiting && joined(waiting, events, change)) return waiting;
    const entry: Entry = { events: [...events], change: { ...change }, weight: 0, written: new Deferred() };
    // Not every caller waits; each learns of a failure by its own call or by the next one.
    entry.written.promise.catch(() => {});
    this.#queue.push(entry);
    if (!this.#writing) void this.#write();
    return entry;
  }

  /** Writes what waits, in order; the first entry stays in the queue until it is written. */
  async #write(): Promise<void> {
    this.#writing = true;
    for (let entry = this.#queue[0]; entry; entry = this.#queue[0]) {
      try {
        if (this.#failure !== undefined) throw this.#failure;
        await this.#commit(entry.events, entry.change);
        entry.written.resolve();
      } catch (error) {
        // The caller learns of a failure, and so does everyone who appends after it.
        this.#failure ??= error;
        entry.written.reject(error);
      }
      this.#queue.shift();
      this.#kept -= entry.weight;
      this.#storage.room.give(entry.weight);
    }
    this.#writing = false;
    this.#held = new Deferred();
    this.#isHeld = false;
  }

  #hold(): void {
    this.#isHeld = true;
    this.#held.resolve();
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

    const write = (database: Kysely<TaskLogSchema>) =>
      database.transaction().execute(async (transaction) => {
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
    await this.#storage.write(write, { ...TURN, onHeld: () => this.#hold() });
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

/** Adds to what waits already what needs no row of its own: more of the same text, or a newer checkpoint. */
function joined(waiting: Entry, events: readonly TaskEvent[], change: Updateable<TasksTable>): boolean {
  const [event, ...others] = events;
  if (event && others.length === 0 && Object.keys(change).length === 0) {
    const last = waiting.events.at(-1);
    const merged = last && Object.keys(waiting.change).length === 0 ? mergeEvents(last, event) : undefined;
    if (!merged) return false;
    waiting.events.splice(-1, 1, merged);
    return true;
  }
  const both = waiting.events.length === 0 && events.length === 0;
  if (!both || change.checkpoint === undefined || waiting.change.checkpoint === undefined) return false;
  Object.assign(waiting.change, change);
  return true;
}

/** The columns that follow from a state. */
export function stateColumns(state: TaskState, now: number): Pick<TasksTable, 'state' | 'terminal' | 'status_at'> {
  return { state: stateName(state), terminal: isTerminal(state) ? 1 : 0, status_at: now };
}

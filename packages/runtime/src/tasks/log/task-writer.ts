import { TaskState } from '@a2a-js/sdk';
import type { JsonValue } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import { loggedEvent, stateOf, type TaskEvent } from '../events/task-event.js';
import { TURN } from '../storage/storage-gate.js';
import { TaskLogError } from '../task-log-error.js';
import type { PendingInput, TurnResult } from '../turn-result.js';
import { insertBlobRows, partsIn } from './blob-rows.js';
import { insertChunk, Unchunked } from './chunk-rows.js';
import { taskConcern } from './commit-queue.js';
import type { DeltaWindow } from './delta-window.js';
import type { ClaimedStore } from './engine-store/claimed-store.js';
import { stateColumns } from './event-rows.js';
import { updateClaimed } from './given-rows.js';
import type { LogParts } from './log-parts.js';
import type { LogTransaction } from './log-transaction.js';
import { publishSynced } from './publish-synced.js';
import { notifiedOf, recordNotifications } from './push/record-notifications.js';
import type { TurnRecord } from './records.js';
import type { TaskLogSchema } from './schema.js';
import type { StepRow } from './steps/step-rows.js';
import { resultToJson } from './stored-result.js';
import type { StoredRun } from './stored-run.js';
import { asleepEnd, endOf } from './turn-reports.js';
import { carryUsage, recordUsage } from './usage/record-usage.js';
import { writeChange } from './write-change.js';
import { type Change, type Entry, WriteQueue } from './write-queue.js';

/** A chunk is written once the events since the last one have this many characters of JSON. */
const CHUNK_CHARACTERS = 64 * 1024;

/** What a claim has found besides the record. */
interface ClaimedContents {
  readonly unchunked: Unchunked;
  readonly afterQuestions: boolean;
}

/** The end of a turn. */
export interface TurnEnding {
  readonly result: TurnResult;
  readonly pending?: PendingInput;
  /** The turn that the answer continues. */
  readonly run?: StoredRun;
}

/**
 * Appends to a claimed task. Every append names the claim's fence. If another process has claimed or canceled the task
 * meanwhile, the append is refused with `STALE_ATTEMPT` or `TASK_TERMINAL`, and the turn stops.
 *
 * Readers receive only written events. After a failed append, every further one fails with the same error.
 */
export class TaskWriter {
  readonly record: TurnRecord;
  /** True if other tasks of the conversation waited for an answer when the turn was claimed. */
  readonly afterQuestions: boolean;
  readonly #parts: LogParts;
  readonly #queue: WriteQueue;
  /** The events since the last chunk. */
  #unchunked: Unchunked;
  /** Characters of JSON of these events. */
  #characters = 0;
  readonly #begunAt = performance.now();
  #seq: number;
  #attempt: number;
  #engineStore: ClaimedStore | undefined;
  /** False from {@link engineEnds} until the engine has ended. */
  #engineEnded = true;
  #isEngaged = true;

  /** @param unchunked what the claim has found; the writer changes it */
  constructor(parts: LogParts, record: TurnRecord, { unchunked, afterQuestions }: ClaimedContents) {
    this.record = record;
    this.afterQuestions = afterQuestions;
    this.#parts = parts;
    this.#queue = new WriteQueue(parts.backlog, (entry, onHeld) => this.#commit(entry, onHeld));
    this.#unchunked = unchunked;
    this.#seq = record.seq;
    this.#attempt = record.attempt;
  }

  /** The number of the present attempt. */
  get attempt(): number {
    return this.#attempt;
  }

  /** True until the log has it that no engine works on the turn any longer. */
  get isEngaged(): boolean {
    return this.#isEngaged;
  }

  /** The turn's end is written before its engine has ended, which may still be at work until `ended` resolves. */
  engineEnds(ended: Promise<void>): void {
    this.#engineEnded = false;
    void ended.then(() => {
      this.#engineEnded = true;
    });
  }

  /** For deltas, which are written together with those of other turns. */
  get window(): DeltaWindow {
    return this.#parts.window;
  }

  /** True while storage trouble delays a write, or the engine's use of its store. The engine may then have to wait. */
  get isHeld(): boolean {
    return this.#queue.isHeld || (this.#engineStore?.isHeld ?? false);
  }

  /**
   * Appends events; the last status among them becomes the task's state. Resolves when they are written, or kept in memory
   * because of storage trouble. A later failure to write them is reported by the next append.
   */
  append(events: readonly TaskEvent[]): Promise<void> {
    return this.#queue.writtenOrKept(this.#queue.add(events, {}), events);
  }

  /** Appends the turn's last events, with its result. If the turn failed, what its engine may still hold is recorded with them. */
  finish(events: readonly TaskEvent[], ending: TurnEnding): Promise<void> {
    const { result, pending, run } = ending;
    const question = pending ? JSON.stringify(pending) : null;
    const isChanged = pending !== undefined || this.record.pending !== undefined;
    const { input } = this.record;
    const end = endOf(result, input, Math.round(performance.now() - this.#begunAt));
    const change = { result: resultToJson(result), end, ...(isChanged && { question }), ...(run && { run }) };
    return this.#queue.add(events, change).written.promise;
  }

  /** Makes the next turn of the task the present one, with the events before it. It begins at a time: milliseconds since 1970. */
  putAway(events: readonly TaskEvent[], run: StoredRun, at: number): Promise<void> {
    const input = { ...this.record.input, turn: run.next };
    const question = this.record.pending ? { question: null } : {};
    const end = asleepEnd(this.record.input, this.#begunAt, at);
    return this.#queue.add(events, { run, later: { input, at }, end, ...question }).written.promise;
  }

  /** Stores a step, together with the events before it: both are written, or neither. Resolves when they are. */
  saveStep(step: StepRow, events: readonly TaskEvent[]): Promise<void> {
    return this.#queue.add(events, { step }).written.promise;
  }

  /**
   * Stores the engine's state for the next attempt, together with the events before it: both are written, or neither.
   *
   * @returns `kept` resolves as {@link append} does, `written` when both are in the log
   */
  saveCheckpoint(
    state: JsonValue,
    events: readonly TaskEvent[] = [],
  ): { readonly kept: Promise<void>; readonly written: Promise<void> } {
    const entry = this.#queue.add(events, { checkpoint: JSON.stringify(state) });
    const kept = this.#queue.writtenOrKept(entry, events);
    // It fails together with `written`, which not every caller awaits.
    kept.catch(() => {});
    return { kept, written: entry.written.promise };
  }

  /** The engine store for an attempt. Ends that of the attempt before. */
  openEngineStore(): ClaimedStore {
    this.#engineStore?.end();
    this.#engineStore = this.#parts.engineRecords.underClaim(this.record);
    return this.#engineStore;
  }

  /** Counts another attempt under the same claim. */
  nextAttempt(): Promise<void> {
    this.#attempt++;
    return this.#queue.add([], { attempt: this.#attempt }).written.promise;
  }

  async #commit({ events, change }: Entry, onHeld: () => void): Promise<void> {
    const { taskId, fence } = this.record;
    const { attempt, result, end, later } = change;
    const now = Date.now();
    const logged = events.map((event, index) => loggedEvent(event, this.#seq + 1 + index));
    for (const { event } of logged) this.#unchunked.add(event);
    const seq = this.#seq + logged.length;
    const state = logged.map(({ event }) => stateOf(event)).findLast((value) => value !== undefined);
    const failed = result !== undefined && state === TaskState.TASK_STATE_FAILED;
    this.#characters += logged.reduce((sum, { json }) => sum + json.length, 0);
    const isChunk = this.#endsChunk(state, change);
    const update = {
      seq,
      ...(attempt !== undefined && { attempt }),
      ...(result !== undefined && { result }),
      ...(state !== undefined && stateColumns(state, now)),
      ...(isChunk && { chunk_seq: seq }),
      ...(later && { turn: later.input.turn, attempt: 0, runner: null, durable: 0 }),
    };

    const ends = result !== undefined || later !== undefined;
    let disengages = false;
    let pushes = false;
    const notified = notifiedOf(logged);

    const write = async (transaction: LogTransaction) => {
      disengages = ends && this.#engineEnded;
      const columns = disengages ? { ...update, engaged: null } : update;
      const claim = { id: taskId, fence, ...columns };
      const updated = await transaction.ask(updateClaimed(Object.keys(columns) as (keyof typeof columns)[]), claim);
      if (updated.length === 0) return this.#refusal(transaction.kysely);
      for (const each of logged) transaction.append(taskId, each);
      const { push } = updated[0] as { readonly push: number };
      pushes = push === 1 && notified.length > 0;
      await recordNotifications(transaction, taskId, notified, push);
      await recordUsage(transaction, this.record, events);
      if (later) await carryUsage(transaction.kysely, this.record, later.input.turn);
      await insertBlobRows(transaction.kysely, taskId, partsIn(events));
      if (isChunk) insertChunk(transaction, taskId, seq, this.#unchunked.draft, this.#unchunked.status);
      if (failed) await this.#parts.abandonedWork.record(transaction.kysely, this.record, 'ended');
      await writeChange(transaction, taskId, change);
      if (end) await this.#parts.turnReports.ended(transaction.kysely, this.record, end);
      return undefined;
    };
    const patience = { ...TURN, onHeld };
    const commit = () => this.#parts.commits.run(write, patience, [taskConcern(taskId)]);
    const refusal = await (ends ? this.#parts.unsynced.marked(taskId, commit, (refused) => !refused) : commit());
    if (refusal) throw refusal;
    this.#seq = seq;
    if (disengages) this.#isEngaged = false;
    if (isChunk) {
      this.#unchunked = new Unchunked(this.#unchunked.status);
      this.#characters = 0;
    }
    if (failed) this.#parts.abandonedWork.notify();
    if (ends) await publishSynced(this.#parts, { taskId, events: logged, pushes }, patience);
    else {
      if (logged.length > 0) this.#parts.feed.publish(taskId, logged);
      if (pushes) this.#parts.changes.publish(taskId, 'push');
    }
  }

  #endsChunk(state: TaskState | undefined, { result, later }: Change): boolean {
    const settles = state !== undefined && state !== TaskState.TASK_STATE_WORKING;
    return settles || result !== undefined || later !== undefined || this.#characters >= CHUNK_CHARACTERS;
  }

  async #refusal(database: Kysely<TaskLogSchema>): Promise<TaskLogError> {
    const { taskId, fence } = this.record;
    const row = await database
      .selectFrom('tasks')
      .select(['state', 'fence', 'terminal'])
      .where('id', '=', taskId)
      .executeTakeFirst();
    if (row?.terminal === 1) return new TaskLogError('TASK_TERMINAL', `Task ${taskId} has ended: ${row.state}.`);
    return new TaskLogError(
      'STALE_ATTEMPT',
      `Claim ${fence} of task ${taskId} is no longer the latest (${row?.fence ?? 'the task does not exist'}): another process has claimed the task.`,
    );
  }
}

import { setImmediate as nextTick } from 'node:timers/promises';
import { type AwaitedChange, type Changes, watchChanges } from '../changes.js';
import type { LoggedEvent, TaskEvent } from '../events/task-event.js';
import type { Database } from '../storage/database.js';
import { CALLER, TURN } from '../storage/storage-gate.js';
import type { StorageTrouble } from '../storage/storage-trouble.js';
import { AbandonedWorkStore } from './abandoned-work.js';
import {
  type BeginOutcome,
  beginTurn,
  type CreateOutcome,
  createTask,
  type NewTask,
  type NextTurn,
} from './accept-message.js';
import { type ClaimOptions, type ClaimOutcome, claimTurn } from './claim-turn.js';
import { ClaimWatch } from './claim-watch.js';
import { CommitQueue } from './commit-queue.js';
import { compactSome } from './compact.js';
import { DeltaWindow } from './delta-window.js';
import { EngineRecords } from './engine-store/engine-records.js';
import { followEvents } from './follow-events.js';
import type { LogParts } from './log-parts.js';
import { OperatorView } from './operator-view.js';
import { Overview } from './overview/overview.js';
import { PushStore } from './push/push-store.js';
import { QuestionExpiries } from './question-expiries.js';
import { type PartialAnswer, type RecordOutcome, recordAnswers } from './record-answers.js';
import type { TaskHead } from './records.js';
import { RetentionStore } from './retention/retention-store.js';
import type { TaskLogSchema } from './schema.js';
import { type SettleOptions, settleTask } from './settle-task.js';
import { TurnWakes } from './steps/turn-wakes.js';
import { TaskFeed } from './task-feed.js';
import { TaskReader } from './task-reader.js';
import { TurnReports } from './turn-reports.js';
import { UnsyncedTasks } from './unsynced-tasks.js';
import { UntoldAnswers } from './untold-answers.js';
import { UsageStore } from './usage/usage-store.js';
import { Backlog } from './write-queue.js';

/**
 * The only source of a task's state: for each task a row, and an append-only list of events. The process that runs a turn appends
 * through a {@link TaskWriter}; all others read and follow.
 */
export class TaskLog {
  readonly #parts: LogParts;
  /** For callers: during storage trouble, work waits only as long as a caller may wait. */
  readonly read: TaskReader;
  /** For turns: during storage trouble, work waits until the trouble has ended. */
  readonly readForTurn: TaskReader;
  readonly abandonedWork: AbandonedWorkStore;
  /** Which questions expire. */
  readonly expiries: QuestionExpiries;
  /** Which turns are put away for a time. */
  readonly wakes: TurnWakes;
  /** Finds claims of this process that another process has taken or ended. */
  readonly claims: ClaimWatch;
  readonly retention: RetentionStore;
  /** What the engine stores of its contexts. */
  readonly engineRecords: EngineRecords;
  /** What is to be reported of turns. */
  readonly turnReports: TurnReports;
  /** Answers that their senders are not known to have received. */
  readonly untoldAnswers: UntoldAnswers;
  /** Push configurations, and what is to be delivered for them. */
  readonly push: PushStore;
  /** For the operator of the workspace, who sees the tasks of all owners. */
  readonly operator: OperatorView;
  /** What turns have used. */
  readonly usage: UsageStore;
  /** For people who look through tasks. */
  readonly overview: Overview;

  constructor(database: Database<TaskLogSchema>, changes: Changes) {
    this.abandonedWork = new AbandonedWorkStore(database);
    this.expiries = new QuestionExpiries(database);
    this.usage = new UsageStore(database);
    this.wakes = new TurnWakes(database);
    this.retention = new RetentionStore(database, changes);
    this.operator = new OperatorView(database);
    this.untoldAnswers = new UntoldAnswers(database);
    this.turnReports = new TurnReports(database, this.untoldAnswers);
    const { abandonedWork, turnReports } = this;
    const unsynced = new UnsyncedTasks(database);
    this.overview = new Overview(database, unsynced);
    const commits = new CommitQueue(database);
    this.push = new PushStore(database, commits, changes);
    this.engineRecords = new EngineRecords({ database, commits });
    const feed = new TaskFeed(changes);
    this.#parts = {
      database,
      commits,
      window: new DeltaWindow(),
      unsynced,
      changes,
      abandonedWork,
      engineRecords: this.engineRecords,
      turnReports,
      feed,
      backlog: new Backlog(),
    };
    this.read = new TaskReader(database, unsynced, CALLER);
    this.readForTurn = new TaskReader(database, unsynced, TURN);
    this.claims = new ClaimWatch(this.read, changes, feed);
  }

  /** The reason why the log cannot be written or read now; undefined if it can. */
  get trouble(): StorageTrouble | undefined {
    return this.#parts.database.trouble;
  }

  /**
   * Resolves when a test write has worked. There is at most one test write a second, however many callers ask.
   *
   * @throws {StorageError} with the cause
   */
  probe(): Promise<void> {
    return this.#parts.database.probe();
  }

  /** For a process that ends: work that waits for the storage fails now, and later work waits two seconds at most. */
  giveUp(): void {
    this.#parts.database.giveUp();
  }

  /**
   * Stores a new task and the message that began it, or nothing if the message is known.
   *
   * @throws {StorageError} if it cannot be stored now; nothing is stored then
   */
  create(task: NewTask): Promise<CreateOutcome> {
    return createTask(this.#parts, task);
  }

  /**
   * Stores the next turn of a task that waits for an answer, or nothing if the message is known or the task has changed.
   *
   * @throws {StorageError} if it cannot be stored now; nothing is stored then
   */
  beginTurn(next: NextTurn): Promise<BeginOutcome> {
    return beginTurn(this.#parts, next);
  }

  /**
   * Stores answers of a task that waits for further ones, or nothing if the message is known or the task has changed.
   *
   * @throws {StorageError} if they cannot be stored now; nothing is stored then
   */
  recordAnswers(partial: PartialAnswer): Promise<RecordOutcome> {
    return recordAnswers(this.#parts, partial);
  }

  /**
   * Resolves when the task's acceptance survives a power cut. Call it before the task is reported, except by its end.
   *
   * @throws {StorageError} if it cannot be synced now; the task exists, and a repeated message finds it
   */
  acceptanceSynced(taskId: string): Promise<void> {
    return this.#parts.unsynced.synced([taskId], CALLER);
  }

  /**
   * Claims a turn that is the next one of its conversation. `behind`: turns that begin before it. Undefined: since the head was
   * read, the turn was claimed, canceled or ended by another.
   */
  claim(head: TaskHead, options: ClaimOptions, event: TaskEvent): Promise<ClaimOutcome> {
    return claimTurn(this.#parts, head, options, event);
  }

  /** Releases a claim, so that any process may claim the turn. Does nothing if the turn was claimed since, or has ended. */
  async release({ taskId, fence }: Pick<TaskHead, 'taskId' | 'fence'>): Promise<void> {
    await this.#parts.database.write(
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
    this.#parts.changes.publish(taskId, 'free');
  }

  /** Records that no engine of this boot works on the task any longer, so that the next turn of its conversation may begin. */
  async disengage(taskId: string, boot: string): Promise<void> {
    await this.#parts.database.write(
      (database) =>
        database
          .updateTable('tasks')
          .set({ engaged: null })
          .where('id', '=', taskId)
          .where('engaged', '=', boot)
          .execute(),
      TURN,
    );
    this.#parts.changes.publish(taskId, 'turn');
  }

  /**
   * Ends a task from outside its turn, whichever process runs it. Undefined: it had ended already, or was claimed since (`fence`).
   *
   * @param event a status update with a terminal state
   * @throws {StorageError} when the patience ends before the trouble
   */
  settle(taskId: string, event: TaskEvent, options: SettleOptions = {}): Promise<TaskHead | undefined> {
    return settleTask(this.#parts, taskId, event, options);
  }

  /**
   * The events after `seq`, and then each further one as it is written. Ends when the signal is aborted, or when the task is over
   * and all events were yielded. No event is lost, and none comes twice.
   */
  follow(taskId: string, seq: number, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, undefined> {
    return followEvents(this.readForTurn, this.#parts, taskId, seq, signal);
  }

  /** Resolves when it is time to read again: see {@link Changes.wait}. */
  changed(change: AwaitedChange, signal: AbortSignal): Promise<void> {
    return this.#parts.changes.wait(change, signal);
  }

  /** Runs `look` each time it is time to read again, never twice at once. `look` must not reject. Returns what ends it. */
  watch(change: AwaitedChange, look: () => Promise<void>): () => void {
    return watchChanges(this.#parts.changes, change, look);
  }

  /** Deletes the events of tasks that ended before a time; their chunks hold everything. */
  async compact(before: number, { keepsSteps } = { keepsSteps: false }): Promise<void> {
    while (await compactSome(this.#parts.database, { before, keepsSteps })) await nextTick();
  }
}

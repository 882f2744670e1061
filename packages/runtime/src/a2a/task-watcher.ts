import type { StreamResponse, Task } from '@a2a-js/sdk';
import { copyTask, fold } from '../task-log/fold.js';
import { isSettled, type LoggedEvent, SEQUENCE_KEY, stateOf } from '../task-log/task-event.js';
import type { TaskLog } from '../task-log/task-log.js';
import type { ClientConnection } from './client-connection.js';
import { limitHistory } from './history-length.js';

/** How a stream ends. */
export interface StreamEnding {
  /**
   * True: with the whole task as it then stands (A2A 1.0, section 11.7), for clients that take an answer only whole. Clients of 0.3
   * do not expect a second task.
   */
  readonly finalTask: boolean;
  /** How many messages of the history it brings; `undefined`: all. */
  readonly historyLength?: number | undefined;
}

/** Brings a task's events from the log to one client. */
export class TaskWatcher {
  readonly #log: TaskLog;

  constructor(log: TaskLog) {
    this.#log = log;
  }

  /** The task once its turn is over; as far as it has come when the client leaves before. */
  async settled(task: Task, seq: number, signal: AbortSignal): Promise<Task> {
    if (isSettled(task.status?.state)) return task;
    const result = copyTask(task);
    for await (const { event } of this.#log.follow(task.id, seq, signal)) {
      fold(result, event);
      if (isSettled(stateOf(event))) break;
    }
    return result;
  }

  /** The task, and then what happens to it, until its turn is over. */
  async *stream(
    task: Task,
    seq: number,
    connection: ClientConnection,
    ending: StreamEnding,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    yield* this.snapshot(task, seq, connection);
    if (!isSettled(task.status?.state)) yield* this.rest(task.id, seq, connection, ending);
  }

  /** The task as it stands. */
  *snapshot(task: Task, seq: number, connection: ClientConnection): Generator<StreamResponse, void, undefined> {
    connection.nextEventId = seq;
    yield { payload: { $case: 'task', value: { ...task, metadata: { ...task.metadata, [SEQUENCE_KEY]: seq } } } };
  }

  /** What happened after `seq`, and what happens from now on, until the turn is over. */
  async *rest(
    taskId: string,
    seq: number,
    connection: ClientConnection,
    ending: StreamEnding,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    for await (const logged of this.#log.follow(taskId, seq, connection.signal)) {
      await connection.drained();
      if (connection.signal.aborted) return;
      connection.nextEventId = logged.seq;
      yield toResponse(logged);
      if (!isSettled(stateOf(logged.event))) continue;
      if (ending.finalTask) yield* this.#finalTask(taskId, logged.seq, connection, ending);
      return;
    }
  }

  /** A task that somebody has answered meanwhile has gone on: what it is now is no end of this turn. */
  async *#finalTask(
    taskId: string,
    seq: number,
    connection: ClientConnection,
    ending: StreamEnding,
  ): AsyncGenerator<StreamResponse, void, undefined> {
    const record = await this.#log.read.get(taskId);
    if (record?.seq === seq) yield* this.snapshot(limitHistory(record.task, ending.historyLength), seq, connection);
  }
}

function toResponse({ event }: LoggedEvent): StreamResponse {
  return { payload: event } as StreamResponse;
}

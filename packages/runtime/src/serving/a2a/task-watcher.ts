import type { StreamResponse, Task } from '@a2a-js/sdk';
import { copyTask, fold } from '../../tasks/events/fold.js';
import { isSettled, isTerminal, type LoggedEvent, SEQUENCE_KEY, stateOf } from '../../tasks/events/task-event.js';
import { STATUS_ONLY } from '../../tasks/log/chunk-rows.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { ClientStream } from './client-stream.js';
import { limitHistory } from './history-length.js';
import type { NumberedEvent, NumberedEvents } from './numbered-event.js';
import { withoutContent } from './response-bound.js';
import { StreamedTask } from './streamed-task.js';

/** A stream does not end with a larger task: its client has received all of it in pieces. */
const FINAL_TASK_BYTES = 4 * 1024 * 1024;

/** The end of a stream. */
export interface StreamEnding {
  /**
   * If true, the last event is the whole task in its new state (A2A 1.0, section 11.7), for clients that keep an answer only if
   * it is whole. A task that waits for an answer and has said nothing is left out: such clients would show its question twice. Clients
   * of 0.3 fail at a second task.
   */
  readonly finalTask: boolean;
  /** The number of messages in the history of that task. Default 0. */
  readonly historyLength?: number | undefined;
}

/** Brings a task's events from the log to one client. */
export class TaskWatcher {
  readonly #log: TaskLog;

  constructor(log: TaskLog) {
    this.#log = log;
  }

  /** Resolves to the task when its turn has ended; to its present state if the client leaves earlier. */
  async settled(task: Task, seq: number, signal: AbortSignal): Promise<Task> {
    if (isSettled(task.status?.state)) return task;
    const result = copyTask(task);
    for await (const { event } of this.#log.follow(task.id, seq, signal)) {
      fold(result, event);
      if (isSettled(stateOf(event))) break;
    }
    return result;
  }

  /** The task, then its events until its turn has ended. */
  async *stream(task: Task, seq: number, client: ClientStream, ending: StreamEnding): NumberedEvents {
    yield this.snapshot(task, seq);
    if (isSettled(task.status?.state)) return;
    // The answers of earlier turns are read again at the end: held here, they would stay in memory for as long as the stream.
    const isSmall = !ending.historyLength && task.artifacts.length === 0;
    const streamed = ending.finalTask && isSmall ? new StreamedTask(task) : undefined;
    yield* this.rest(task.id, seq, client, ending, streamed);
  }

  /** The task in its state after the event `seq`. */
  snapshot(task: Task, seq: number): NumberedEvent {
    const value = { ...task, metadata: { ...task.metadata, [SEQUENCE_KEY]: seq } };
    return { payload: { $case: 'task', value }, seq };
  }

  /**
   * The events after `seq`, past and future, until the turn has ended.
   *
   * @param streamed the task after the event `seq`
   */
  async *rest(
    taskId: string,
    seq: number,
    client: ClientStream,
    ending: StreamEnding,
    streamed?: StreamedTask,
  ): NumberedEvents {
    for await (const logged of this.#log.follow(taskId, seq, client.signal)) {
      streamed?.add(logged);
      await client.drained();
      if (client.signal.aborted) return;
      yield numbered(logged);
      if (!isSettled(stateOf(logged.event))) continue;
      if (!ending.finalTask) return;
      const task = streamed?.task;
      const last = task ? this.snapshot(task, logged.seq) : await this.#finalTask(taskId, logged.seq, ending);
      if (last && (isTerminal(stateOf(logged.event)) || hasArtifacts(last))) yield last;
      return;
    }
  }

  /** `undefined` if the task has continued since: its present state is then not the end of this turn. */
  async #finalTask(taskId: string, seq: number, ending: StreamEnding): Promise<NumberedEvent | undefined> {
    const { historyLength = 0 } = ending;
    const { read } = this.#log;
    const parts = { history: historyLength > 0, artifacts: true };
    const bytes = await read.sizeOf(taskId, undefined, parts);
    const isLarge = bytes !== undefined && bytes > FINAL_TASK_BYTES;
    const record = await read.get(taskId, undefined, isLarge ? STATUS_ONLY : parts);
    if (record?.seq !== seq) return undefined;
    return this.snapshot(isLarge ? withoutContent(record.task) : limitHistory(record.task, historyLength), seq);
  }
}

function hasArtifacts({ payload }: NumberedEvent): boolean {
  return payload?.$case === 'task' && payload.value.artifacts.length > 0;
}

function numbered({ event, seq, json }: LoggedEvent): NumberedEvent {
  return { payload: event as StreamResponse['payload'], seq, json };
}

import { Task, TaskState } from '@a2a-js/sdk';
import type { JsonValue } from '@molecule/adapters';
import type { Selectable } from 'kysely';
import { restoreNullData } from '../a2a/null-data.js';
import type { TaskInput } from '../runner/task-input.js';
import type { PendingInput, TurnResult } from '../runner/turn-result.js';
import { fold } from './fold.js';
import type { TasksTable } from './schema.js';
import { eventFromJson, stateFromName } from './task-event.js';

/** A task as it stands in the log. */
export interface TaskRecord {
  readonly taskId: string;
  readonly owner: string;
  readonly contextId: string;
  readonly state: TaskState;
  readonly terminal: boolean;
  /** With every event up to `seq` folded in. */
  readonly task: Task;
  readonly seq: number;
  readonly turn: number;
  readonly attempt: number;
  readonly fence: number;
  readonly runner: string | undefined;
  readonly durable: boolean;
  readonly input: TaskInput;
  readonly checkpoint: JsonValue | undefined;
  readonly checkpointSeq: number;
  readonly pending: PendingInput | undefined;
  readonly result: TurnResult | undefined;
}

export type TaskRow = Selectable<TasksTable>;

/** Makes a record of a row and of the events that came after its snapshot. */
export function toRecord(row: TaskRow, later: readonly { readonly event: string }[]): TaskRecord {
  const snapshot: unknown = JSON.parse(row.snapshot);
  const task = Task.fromJSON(snapshot);
  restoreNullData(task, snapshot);
  for (const { event } of later) fold(task, eventFromJson(event));
  return {
    taskId: row.id,
    owner: row.owner,
    contextId: row.context_id,
    state: stateFromName(row.state),
    terminal: row.terminal === 1,
    task,
    seq: row.seq,
    turn: row.turn,
    attempt: row.attempt,
    fence: row.fence,
    runner: row.runner ?? undefined,
    durable: row.durable === 1,
    input: JSON.parse(row.input) as TaskInput,
    checkpoint: parse<JsonValue>(row.checkpoint),
    checkpointSeq: row.checkpoint_seq,
    pending: parse<PendingInput>(row.pending),
    result: parse<TurnResult>(row.result),
  };
}

/** The record of a task that has just been accepted. */
export function newRecord(task: Task, input: TaskInput, owner: string, runner: string): TaskRecord {
  return {
    taskId: input.taskId,
    owner,
    contextId: input.contextId,
    state: task.status?.state ?? TaskState.TASK_STATE_SUBMITTED,
    terminal: false,
    task,
    seq: 0,
    turn: input.turn,
    attempt: 0,
    fence: 0,
    runner,
    durable: false,
    input,
    checkpoint: undefined,
    checkpointSeq: 0,
    pending: undefined,
    result: undefined,
  };
}

function parse<T>(json: string | null): T | undefined {
  return json === null ? undefined : (JSON.parse(json) as T);
}

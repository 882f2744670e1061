import { type Task, TaskState } from '@a2a-js/sdk';
import type { JsonValue } from '@molecule/adapters';
import type { Selectable } from 'kysely';
import { stateFromName } from '../events/task-event.js';
import type { TurnInput } from '../turn-input.js';
import type { PendingInput, TurnResult } from '../turn-result.js';
import type { TasksTable } from './schema.js';
import { type StoredResult, storedResult } from './stored-result.js';
import type { StoredRun } from './stored-run.js';

/** A task without its content: whose it is, its state, and its latest claim. Small, so that a sweep can read many. */
export interface TaskHead {
  readonly taskId: string;
  readonly owner: string;
  readonly contextId: string;
  readonly state: TaskState;
  readonly terminal: boolean;
  /** When the state changed last, in milliseconds since 1970. */
  readonly statusAt: number;
  readonly seq: number;
  readonly turn: number;
  readonly attempt: number;
  readonly fence: number;
  readonly runner: string | undefined;
  readonly durable: boolean;
  /** Id of the message that began the present turn. */
  readonly messageId: string;
  /** The order in which the present turns of a conversation were accepted; a larger number is later. */
  readonly accepted: number;
  /** How the last finished turn ended. */
  readonly ended: StoredResult | undefined;
}

/** What can change while a claim is held. */
export type Claim = Pick<TaskHead, 'state' | 'fence'>;

/** A task as its owner sees it. */
export interface TaskRecord extends TaskHead {
  /** Every event up to `seq` is folded in. */
  readonly task: Task;
  readonly result: TurnResult | undefined;
}

/** The present turn of a task, as its engine needs it. */
export interface TurnRecord extends TaskHead {
  readonly input: TurnInput;
  readonly checkpoint: JsonValue | undefined;
  readonly pending: PendingInput | undefined;
  /** Set if the turn continues one that was put away. */
  readonly run: StoredRun | undefined;
}

/** The columns of a {@link TaskHead}. */
export const HEAD_COLUMNS = [
  'tasks.id',
  'tasks.owner',
  'tasks.context_id',
  'tasks.state',
  'tasks.terminal',
  'tasks.status_at',
  'tasks.seq',
  'tasks.turn',
  'tasks.attempt',
  'tasks.fence',
  'tasks.runner',
  'tasks.durable',
  'tasks.message_id',
  'tasks.accepted',
  'tasks.result',
] as const;

export type HeadRow = Pick<
  Selectable<TasksTable>,
  | 'id'
  | 'owner'
  | 'context_id'
  | 'state'
  | 'terminal'
  | 'status_at'
  | 'seq'
  | 'turn'
  | 'attempt'
  | 'fence'
  | 'runner'
  | 'durable'
  | 'message_id'
  | 'accepted'
  | 'result'
>;

export function toHead(row: HeadRow): TaskHead {
  return {
    taskId: row.id,
    owner: row.owner,
    contextId: row.context_id,
    state: stateFromName(row.state),
    terminal: row.terminal === 1,
    statusAt: row.status_at,
    seq: row.seq,
    turn: row.turn,
    attempt: row.attempt,
    fence: row.fence,
    runner: row.runner ?? undefined,
    durable: row.durable === 1,
    messageId: row.message_id,
    accepted: Number(row.accepted),
    ended: row.result === null ? undefined : storedResult(row.result),
  };
}

/** The head of a newly accepted task. */
export function newHead(
  task: Task,
  input: TurnInput,
  { owner, runner, accepted }: Pick<TaskHead, 'owner' | 'accepted'> & { readonly runner: string },
): TaskHead {
  return {
    taskId: input.taskId,
    owner,
    contextId: input.contextId,
    state: task.status?.state ?? TaskState.TASK_STATE_SUBMITTED,
    terminal: false,
    statusAt: Date.now(),
    seq: 0,
    turn: input.turn,
    attempt: 0,
    fence: 0,
    runner,
    durable: false,
    messageId: input.messageId,
    accepted,
    ended: undefined,
  };
}

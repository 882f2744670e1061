import { TaskState } from '@a2a-js/sdk';
import type { AbortReason } from '@molecule/adapters';
import { isSettled } from '../../tasks/events/task-event.js';
import type { TaskHead, TaskRecord } from '../../tasks/log/records.js';
import type { TurnResult } from '../../tasks/turn-result.js';

/** Abort reason of a turn whose task was canceled. */
export const CANCELED: AbortReason = { code: 'canceled', message: 'The task was canceled.' };

/** Abort reason of a turn whose process stops. */
export const STOPPED: AbortReason = {
  code: 'shutdown',
  message: 'The server stopped before the agent had answered.',
};

/** Abort reason of a turn whose process has lost its boot. */
export const SUPERSEDED: AbortReason = {
  code: 'superseded',
  message: 'This process has lost its boot, so another process may run the turn.',
};

/** Abort reason of a turn that is left to another process, which runs it. */
export const ELSEWHERE: AbortReason = { code: 'superseded', message: 'Another process runs the turn.' };

/** How a turn ended. `passed`: the task has a later turn, and the log keeps the result of the latest one only. */
export type TurnOutcome = TurnResult | { readonly kind: 'passed' };

/** True if the turn has ended according to the log. */
export function isOver(head: TaskHead, turn: number): boolean {
  return head.terminal || head.turn > turn || (head.ended !== undefined && isSettled(head.state));
}

/** How the turn ended according to the log; undefined if it has not ended. */
export function outcomeOf(record: TaskRecord, turn: number): TurnOutcome | undefined {
  if (record.state === TaskState.TASK_STATE_CANCELED) return { kind: 'canceled' };
  if (record.turn > turn) return { kind: 'passed' };
  if (record.result && isSettled(record.state)) return record.result;
  if (!record.terminal) return undefined;
  return { kind: 'failed', code: 'TASK_ENDED', message: `The task is ${TaskState[record.state]}.` };
}

/** Outcome of a turn whose task the log does not hold. */
export function missing(taskId: string): TurnOutcome {
  return { kind: 'failed', code: 'TASK_NOT_FOUND', message: `The task log does not hold task ${taskId}.` };
}

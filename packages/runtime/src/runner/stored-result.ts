import { TaskState } from '@a2a-js/sdk';
import type { TaskRecord } from '../task-log/records.js';
import { isSettled } from '../task-log/task-event.js';
import type { TurnResult } from './turn-result.js';

/** How the turn ended, when the log says that it has. */
export function resultOf(record: TaskRecord, turn: number): TurnResult | undefined {
  if (record.state === TaskState.TASK_STATE_CANCELED) return { kind: 'canceled' };
  if (record.turn > turn) return { kind: 'completed', finalText: '' };
  if (record.result && isSettled(record.state)) return record.result;
  if (!record.terminal) return undefined;
  return { kind: 'failed', code: 'TASK_ENDED', message: `The task is ${TaskState[record.state]}.` };
}

/** How a turn ends whose task is not there. */
export function missing(taskId: string): TurnResult {
  return { kind: 'failed', code: 'TASK_NOT_FOUND', message: `The task log does not hold task ${taskId}.` };
}

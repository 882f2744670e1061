import type { Task } from '@a2a-js/sdk';
import { malformed } from './a2a-errors.js';

/**
 * The task with at most so many of its newest messages (A2A 1.0, section 3.2.4): absent means all, 0 means none.
 *
 * @throws RequestMalformedError, code `PARAMETER_INVALID`, when it is negative or no whole number
 */
export function limitHistory(task: Task, historyLength: number | undefined): Task {
  checkHistoryLength(historyLength);
  if (historyLength === undefined) return task;
  return { ...task, history: historyLength === 0 ? [] : task.history.slice(-historyLength) };
}

export function checkHistoryLength(historyLength: number | undefined): void {
  if (historyLength === undefined || (Number.isInteger(historyLength) && historyLength >= 0)) return;
  throw malformed('PARAMETER_INVALID', `historyLength must be a whole number, 0 or more; it is ${historyLength}.`);
}

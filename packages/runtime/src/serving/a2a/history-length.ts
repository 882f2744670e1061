import type { Task } from '@a2a-js/sdk';
import { malformed } from '../../tasks/a2a-errors.js';

/**
 * The task with at most `historyLength` of its newest messages (A2A 1.0, section 3.2.4): `undefined` means all, 0 means none.
 *
 * @throws {RequestMalformedError} with code `PARAMETER_INVALID` if the length is negative or not a whole number
 */
export function limitHistory(task: Task, historyLength: number | undefined): Task {
  checkHistoryLength(historyLength);
  if (historyLength === undefined) return task;
  return { ...task, history: historyLength === 0 ? [] : task.history.slice(-historyLength) };
}

export function checkHistoryLength(historyLength: number | undefined): void {
  if (historyLength === undefined || (Number.isInteger(historyLength) && historyLength >= 0)) return;
  const found = Number.isNaN(historyLength) ? 'not a number' : historyLength;
  throw malformed('PARAMETER_INVALID', `historyLength must be a whole number, 0 or more; it is ${found}.`);
}

import type { TaskState } from '@a2a-js/sdk';
import { isTerminal, stateName } from '../events/task-event.js';
import type { TasksTable } from './schema.js';

/** The columns that follow from a state. */
export function stateColumns(state: TaskState, now: number): Pick<TasksTable, 'state' | 'terminal' | 'status_at'> {
  return { state: stateName(state), terminal: isTerminal(state) ? 1 : 0, status_at: now };
}

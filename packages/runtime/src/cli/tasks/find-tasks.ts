import type { OperatorView, TaskSummary } from '../../tasks/log/operator-view.js';
import { UsageError } from '../host/usage-error.js';
import { TasksError } from './tasks-error.js';

/** How many candidates an error names. */
const NAMED = 5;

/**
 * The tasks with these ids, each of which may be shortened as long as it is unambiguous.
 *
 * @throws {TasksError} `TASK_UNKNOWN`, `TASK_AMBIGUOUS`
 * @throws {UsageError} for an empty id, with which every id begins
 */
export async function findTasks(view: OperatorView, ids: readonly string[]): Promise<readonly TaskSummary[]> {
  const found = new Map<string, TaskSummary>();
  for (const id of ids) {
    const task = await findTask(view, id);
    found.set(task.id, task);
  }
  return [...found.values()];
}

async function findTask(view: OperatorView, id: string): Promise<TaskSummary> {
  if (id === '') throw new UsageError('One of the ids is empty. Is a variable not set?');
  const candidates = await view.byPrefix(id, NAMED + 1);
  const [first, second] = candidates;
  if (first === undefined) {
    throw new TasksError(
      'TASK_UNKNOWN',
      `No task has the id ${id}, or one that begins so. To list tasks: molecule tasks list`,
    );
  }
  if (first.id === id || second === undefined) return first;
  const some = candidates.slice(0, NAMED).map((task) => task.id);
  const more = candidates.length > NAMED ? ', ...' : '';
  throw new TasksError(
    'TASK_AMBIGUOUS',
    `Several tasks have an id that begins with ${id}: ${some.join(', ')}${more}. Give more of it.`,
  );
}

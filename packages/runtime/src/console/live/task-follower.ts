import { stateName } from '../../tasks/events/task-event.js';
import type { StoredEvent } from '../../tasks/log/overview/event-pages.js';
import type { TaskLog } from '../../tasks/log/task-log.js';

export interface FollowedTask {
  readonly taskId: string;
  /** The number of the last event that the reader has. */
  readonly after: number;
  readonly signal: AbortSignal;
}

/**
 * Hands over the events of a task, past and future, over all of its turns, each when the one before it was received.
 *
 * @returns the name of the state in which the task has ended; undefined: the signal was aborted, or the task was deleted
 */
export async function followTask(
  log: TaskLog,
  { taskId, after, signal }: FollowedTask,
  receive: (event: StoredEvent) => Promise<void>,
): Promise<string | undefined> {
  for await (const { seq, json } of log.follow(taskId, after, signal)) {
    await receive({ seq, json });
    if (signal.aborted) return undefined;
  }
  if (signal.aborted) return undefined;
  const state = await log.read.stateOf(taskId);
  return state === undefined ? undefined : stateName(state);
}

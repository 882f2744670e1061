import { stateName } from '../../tasks/events/task-event.js';
import type { StoredEvent } from '../../tasks/log/overview/event-pages.js';
import type { TaskLog } from '../../tasks/log/task-log.js';

/** Events that are read at once. */
const PAGE = 256;

export interface FollowedTask {
  readonly taskId: string;
  /** The number of the last event that the reader has. */
  readonly after: number;
  readonly signal: AbortSignal;
}

/**
 * Hands over the events of a task, past and future, over all of its turns, each when the one before it was received. Of a task whose events
 * were deleted, these are its steps.
 *
 * @returns the name of the state in which the task has ended; undefined: the signal was aborted, or the task was deleted
 */
export async function followTask(
  log: TaskLog,
  { taskId, after, signal }: FollowedTask,
  receive: (event: StoredEvent) => Promise<void>,
): Promise<string | undefined> {
  const last = await sendStored(log, { taskId, after, signal }, receive);
  for await (const { seq, json } of log.follow(taskId, last, signal)) {
    await receive({ seq, json });
    if (signal.aborted) return undefined;
  }
  if (signal.aborted) return undefined;
  const state = await log.read.stateOf(taskId);
  return state === undefined ? undefined : stateName(state);
}

/** @returns the number of the last event that was handed over */
async function sendStored(
  { overview }: TaskLog,
  { taskId, after, signal }: FollowedTask,
  receive: (event: StoredEvent) => Promise<void>,
): Promise<number> {
  if ((await overview.eventRange(taskId)).complete) return after;
  let last = after;
  for (let more = true; more && !signal.aborted; ) {
    const page = await overview.events(taskId, last, PAGE);
    for (const event of page.events) {
      await receive(event);
      last = event.seq;
    }
    more = page.more;
  }
  return last;
}

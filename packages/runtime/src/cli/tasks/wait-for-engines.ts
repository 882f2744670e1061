import { setTimeout as delay } from 'node:timers/promises';
import type { TaskSummary } from '../../tasks/log/operator-view.js';
import type { TaskStore } from '../../tasks/task-store.js';

/** How long an engine may take to end after its task was canceled. */
const WAIT_MS = 10_000;
const LOOK_MS = 100;

/**
 * Waits until no engine works on these tasks, which have ended. What a dead process has left is settled here, since no agent may be
 * running that would do it.
 *
 * @returns the ids of tasks on which an engine still works
 */
export async function waitForEngines(
  { log, boots }: Pick<TaskStore, 'log' | 'boots'>,
  tasks: readonly TaskSummary[],
): Promise<ReadonlySet<string>> {
  const meant = new Set(tasks.map(({ id }) => id));
  for (const until = Date.now() + WAIT_MS; ; ) {
    const busy = new Set<string>();
    for (const { taskId, engaged } of await log.read.endedButEngaged()) {
      if (!meant.has(taskId) || engaged === undefined) continue;
      if (await boots.isAlive(engaged)) busy.add(taskId);
      else await log.disengage(taskId, engaged);
    }
    if (busy.size === 0 || Date.now() >= until) return busy;
    await delay(LOOK_MS);
  }
}

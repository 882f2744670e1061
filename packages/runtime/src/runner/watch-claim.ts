import { TaskState } from '@a2a-js/sdk';
import type { AbortReason, Logger } from '@molecule/adapters';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';

/** How often a running turn asks whether it is still its own: another process may cancel it, or take it over. */
const WATCH_MS = 1_000;

/**
 * Aborts a turn that another process has canceled or taken over. In this process both are known at once; without this
 * look at the log, an engine that is quiet would go on until its next word is refused.
 *
 * @returns ends the watch
 */
export function watchClaim(
  log: TaskLog,
  { taskId, fence }: TaskRecord,
  abort: (reason: AbortReason) => void,
  logger: Logger,
): () => void {
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    log.read
      .claimOf(taskId)
      .then((claim) => {
        if (claim?.state === TaskState.TASK_STATE_CANCELED) {
          abort({ code: 'canceled', message: 'The task was canceled.' });
        } else if (claim?.fence !== fence) {
          abort({ code: 'superseded', message: 'Another process has taken the task over.' });
        }
      })
      .catch((error: unknown) => logger.debug('the claim could not be looked at', { error }))
      .finally(() => {
        looking = false;
      });
  }, WATCH_MS);
  return () => clearInterval(timer);
}

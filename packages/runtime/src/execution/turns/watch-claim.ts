import { TaskState } from '@a2a-js/sdk';
import type { AbortReason, Logger } from '@molecule/adapters';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { CANCELED } from './turn-outcome.js';

/**
 * Aborts a turn that another process has canceled or claimed. Without it, an engine that yields no events would run on until the
 * log refuses its next event.
 *
 * @returns ends the watch
 */
export function watchClaim(
  log: TaskLog,
  { taskId, fence }: Pick<TaskHead, 'taskId' | 'fence'>,
  abort: (reason: AbortReason) => void,
  logger: Logger,
): () => void {
  return log.claims.watch(taskId, fence, {
    lost: (now) =>
      abort(
        now?.state === TaskState.TASK_STATE_CANCELED
          ? CANCELED
          : { code: 'superseded', message: 'Another process has claimed the task.' },
      ),
    unread: (error) => logger.debug('the claim could not be read', { error }),
  });
}

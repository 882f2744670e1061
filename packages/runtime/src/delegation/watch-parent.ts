import { TaskState } from '@a2a-js/sdk';
import type { Logger } from '@molecule/adapters';
import { isTerminal } from '../task-log/task-event.js';
import type { TaskLog } from '../task-log/task-log.js';
import type { Delegation } from './delegation-store.js';

/** How often it is looked whether the delegating task still wants the answer. */
const PARENT_MS = 500;

/**
 * Calls `onUnwanted` when the delegating task was canceled, from wherever, or is over although its turn was to wait. The
 * first look is made before it resolves, so that nothing is sent for a task that ended while no process ran.
 *
 * @returns ends the watch
 */
export async function watchParent(
  log: TaskLog,
  { parentTask, mode }: Delegation,
  onUnwanted: () => void,
  logger: Logger,
): Promise<() => void> {
  const look = async () => {
    const parent = await log.read.claimOf(parentTask);
    if (parent === undefined) return;
    const over = mode === 'wait' && isTerminal(parent.state);
    if (over || parent.state === TaskState.TASK_STATE_CANCELED) onUnwanted();
  };
  await look();
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.debug('the delegating task could not be looked at', { error }));
  }, PARENT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

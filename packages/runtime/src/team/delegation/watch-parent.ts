import { TaskState } from '@a2a-js/sdk';
import type { Logger } from '@molecule/adapters';
import { isTerminal } from '../../tasks/events/task-event.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { Delegation } from '../../tasks/team/delegation.js';

/**
 * Calls `onUnwanted` if the delegating task is canceled, or has ended although its turn waits for the answer. The first
 * check is made before it resolves, so that nothing is sent for a task that ended while no process ran.
 *
 * @returns a function that ends the watch
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
  const stop = log.watch({ kind: 'turn', taskId: parentTask }, () =>
    look().catch((error: unknown) => logger.debug('the delegating task could not be read', { error })),
  );
  try {
    await look();
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}

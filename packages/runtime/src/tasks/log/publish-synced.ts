import type { LoggedEvent } from '../events/task-event.js';
import type { Patience } from '../storage/storage-gate.js';
import type { LogParts } from './log-parts.js';

/** What a transaction has written of a task. */
export interface Written {
  readonly taskId: string;
  readonly events: readonly LoggedEvent[];
  /** True: notifications of it are to be delivered. */
  readonly pushes: boolean;
}

/**
 * Publishes events that began or ended a turn, once they survive a power cut. If they cannot be synced, followers read them from the
 * log when they can be.
 *
 * @throws {StorageError} when the patience ends before the trouble
 */
export async function publishSynced(
  { unsynced, feed, changes }: LogParts,
  { taskId, events, pushes }: Written,
  patience: Patience,
): Promise<void> {
  try {
    await unsynced.synced([taskId], patience);
    if (events.length > 0) feed.publish(taskId, events);
  } catch (error) {
    feed.leave(taskId);
    throw error;
  } finally {
    changes.publish(taskId, 'turn');
    if (pushes) changes.publish(taskId, 'push');
  }
}

import { type Logger, MoleculeError } from '@molecule/adapters';
import { failedEvent } from '../../tasks/events/a2a-events.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { TurnInput } from '../../tasks/turn-input.js';

/** Starts accepted turns: in this process only, or durably. */
export interface TurnDispatcher {
  /** The claim of a turn that can begin as soon as it is stored; undefined if it must wait. */
  claimFor(taskId: string, turn: number): { readonly durable: boolean } | undefined;
  /**
   * Starts the present turn of a task, which the log holds already. Never throws: an error ends the task.
   *
   * @param head the task as the caller has just written or read it. A stale one only costs another read
   * @param input if the caller has it at hand; a turn that waits does not keep it
   * @param writer of a turn that was claimed with its acceptance
   */
  dispatch(head: TaskHead, input?: TurnInput, writer?: TaskWriter): void;
  /** Stops the task's turn: at once in this process, and in others as soon as they can be reached. */
  cancel(taskId: string): void;
}

/** Ends a task whose turn the runtime itself could not run. If the storage is the cause, the turn is left to recovery. Never throws. */
export async function failTask(log: TaskLog, logger: Logger, head: TaskHead, error: unknown): Promise<void> {
  const { taskId } = head;
  if (StorageError.is(error)) {
    logger.warn('a turn could not go on because the storage could not be used; it is left to recovery', {
      taskId,
      error,
    });
    return;
  }
  logger.error('the turn could not be run', { taskId, error });
  const code = MoleculeError.is(error) ? error.code : 'INTERNAL';
  const message = 'The server could not run the task. The operator finds the reason in the log, under the task id.';
  try {
    await log.settle(taskId, failedEvent(head, { code, message }));
  } catch (settleError) {
    logger.error('the task could not be ended; recovery handles it at the next start', { taskId, error: settleError });
  }
}

import type { Logger } from '@molecule/adapters';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';
import { failedEvent } from './a2a-events.js';
import type { TaskExecutor } from './task-executor.js';

export interface RecoverTasksOptions {
  readonly log: TaskLog;
  readonly executor: TaskExecutor;
  /** Whether the process of a boot id still lives. */
  readonly isAlive: (bootId: string) => boolean;
  /** Whether a turn that had begun when its process died may be run again. */
  readonly mayRepeat: (record: TaskRecord) => boolean;
  readonly logger: Logger;
}

/**
 * Looks after what dead processes left unfinished. A turn that had not begun is simply run; one that had is run again when
 * it may be, and otherwise failed with `INTERRUPTED_BY_RESTART`: no task stays `working` for ever.
 */
export async function recoverTasks(options: RecoverTasksOptions): Promise<void> {
  const { log, executor, logger } = options;
  for (const record of await log.read.unfinished()) {
    if (record.runner !== undefined && options.isAlive(record.runner)) continue;
    const { taskId, contextId, attempt } = record;
    if (attempt === 0 || options.mayRepeat(record)) {
      logger.info('an unfinished task is taken up', { taskId, contextId, attempt: attempt + 1 });
      executor.execute(record.input);
      continue;
    }
    logger.warn('a task was cut short by the end of the process that ran it', { taskId, contextId });
    const message =
      'The server was restarted while the agent was working on this task. Send the message again if it should be done.';
    await log.settle(taskId, failedEvent(record, { code: 'INTERRUPTED_BY_RESTART', message }));
  }
}

import { type Logger, MoleculeError } from '@molecule/adapters';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';
import { failedEvent } from './a2a-events.js';
import { TurnAborted } from './run-attempt.js';
import type { TaskExecutor } from './task-executor.js';
import type { TaskInput } from './task-input.js';
import type { TaskRunner } from './task-runner.js';

/** Runs turns in this process, with nothing behind it: a turn ends with the process that runs it. */
export class DirectExecutor implements TaskExecutor {
  readonly #runner: TaskRunner;
  readonly #log: TaskLog;
  readonly #logger: Logger;

  constructor(runner: TaskRunner, log: TaskLog, logger: Logger) {
    this.#runner = runner;
    this.#log = log;
    this.#logger = logger;
  }

  execute(input: TaskInput, record?: TaskRecord): void {
    this.#runner
      .run(input.taskId, input.turn, { durable: false, ...(record && { record }) })
      .catch((error: unknown) => this.#ended(input, error));
  }

  cancel(taskId: string): void {
    this.#runner.abort(taskId, { code: 'canceled', message: 'The task was canceled.' });
  }

  /** A turn that was handed over goes on at the next start; anything else is a fault of ours, and ends the task. */
  async #ended(input: TaskInput, error: unknown): Promise<void> {
    if (error instanceof TurnAborted) return;
    await failTask(this.#log, this.#logger, input, error);
  }
}

/** Ends a task that the runtime itself could not run. */
export async function failTask(log: TaskLog, logger: Logger, input: TaskInput, error: unknown): Promise<void> {
  const { taskId } = input;
  logger.error('the turn could not be run', { taskId, error });
  const code = MoleculeError.is(error) ? error.code : 'INTERNAL';
  const message = 'The server could not run the task. The operator finds the reason in the log, under the task id.';
  try {
    await log.settle(taskId, failedEvent(input, { code, message }));
  } catch (settleError) {
    logger.error('the task could not be ended; it is looked at again at the next start', {
      taskId,
      error: settleError,
    });
  }
}

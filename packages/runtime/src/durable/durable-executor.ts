import type { Logger } from '@molecule/adapters';
import type { AgentTaskInput, RunOutcome, TemporalWorkflowWrapper } from '@molecule/temporal';
import { failedEvent } from '../runner/a2a-events.js';
import { failTask } from '../runner/direct-executor.js';
import type { TaskExecutor } from '../runner/task-executor.js';
import type { TaskInput } from '../runner/task-input.js';
import { resultOf, type TaskRunner } from '../runner/task-runner.js';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';
import type { RunnerBody } from './runner-body.js';

/** Larger inputs stay in the task log, and Temporal gets a reference: its histories are kept in many copies for long. */
const INLINE_BYTES = 128 * 1024;

export interface DurableExecutorOptions {
  readonly wrapper: TemporalWorkflowWrapper;
  readonly body: RunnerBody;
  readonly runner: TaskRunner;
  readonly log: TaskLog;
  readonly logger: Logger;
}

/** Gives turns to Temporal; the wrapper itself runs them directly while Temporal is away. */
export class DurableExecutor implements TaskExecutor {
  readonly #options: DurableExecutorOptions;

  constructor(options: DurableExecutorOptions) {
    this.#options = options;
  }

  execute(input: TaskInput, record?: TaskRecord): void {
    const { wrapper, body, log, logger } = this.#options;
    if (record) body.expect(record);
    wrapper
      .run(toAgentTaskInput(input))
      .finally(() => body.forget(input.taskId))
      .then((outcome) => this.#ended(input, outcome))
      .catch((error: unknown) => failTask(log, logger, input, error));
  }

  /**
   * The turn begins here before Temporal knows: the dead process's lock is proof enough, and Temporal may take seconds to
   * notice. Its workflow, which runs already or is started anew, finds the turn going on and joins it.
   */
  takeUp(input: TaskInput): void {
    const { wrapper, runner, logger } = this.#options;
    runner.run(input.taskId, input.turn, { durable: wrapper.isAvailable() }).catch((error: unknown) => {
      // The workflow is told the same, and decides what becomes of the turn.
      logger.debug('a turn that was taken up ended without an outcome', { taskId: input.taskId, error });
    });
    this.execute(input);
  }

  cancel(taskId: string): void {
    const { wrapper, runner, logger } = this.#options;
    runner.abort(taskId, { code: 'canceled', message: 'The task was canceled.' });
    wrapper.cancel(taskId).catch((error: unknown) => {
      // The log says canceled already, so whoever runs the task is refused at its next word.
      logger.warn('the cancel could not be sent to Temporal', { taskId, error });
    });
  }

  /** A turn that ended without a word in the log, say because an operator terminated its workflow, ends there too. */
  async #ended(input: TaskInput, outcome: RunOutcome): Promise<void> {
    const { log, runner } = this.#options;
    if (outcome.handedOver || outcome.result.success || runner.isRunning(input.taskId)) return;
    const record = await log.read.get(input.taskId);
    if (!record || record.turn !== input.turn || resultOf(record, input.turn)) return;
    const code = outcome.refused ?? 'TURN_LOST';
    const message = outcome.result.error ?? 'The durable execution of the task ended without a result.';
    await log.settle(input.taskId, failedEvent(record, { code, message }));
  }
}

/** What goes into the workflow's history: the whole turn while it is small, and where to find it otherwise. */
function toAgentTaskInput(input: TaskInput): AgentTaskInput {
  const bytes = Buffer.byteLength(JSON.stringify([input.userInput, input.parts, input.history, input.metadata]));
  if (bytes <= INLINE_BYTES) return input;
  const reference = `${input.taskId}#${input.turn}`;
  return { ...input, userInput: '', parts: [], history: [], metadata: {}, reference };
}

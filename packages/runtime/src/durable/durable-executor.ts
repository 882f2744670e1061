import type { Logger } from '@molecule/adapters';
import type { AgentTaskInput, RunOutcome, TemporalWorkflowWrapper } from '@molecule/temporal';
import { failedEvent } from '../runner/a2a-events.js';
import { failTask } from '../runner/direct-executor.js';
import { resultOf } from '../runner/stored-result.js';
import type { TaskExecutor } from '../runner/task-executor.js';
import type { TaskInput } from '../runner/task-input.js';
import type { TaskRunner } from '../runner/task-runner.js';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';

/** Larger inputs stay in the task log, and Temporal gets a reference: its histories are kept in many copies for long. */
const INLINE_BYTES = 128 * 1024;

/**
 * So many turns may begin ahead of their acknowledgement. Callers who are faster than Temporal for long then wait for it,
 * each a second at most, instead of piling up turns that it does not know of.
 */
const MOST_AHEAD = 256;

export interface DurableExecutorOptions {
  readonly wrapper: TemporalWorkflowWrapper;
  readonly runner: TaskRunner;
  readonly log: TaskLog;
  readonly logger: Logger;
}

/** Begins turns, and gives them to Temporal, which sees to their end; while Temporal is away they run directly. */
export class DurableExecutor implements TaskExecutor {
  readonly #options: DurableExecutorOptions;

  constructor(options: DurableExecutorOptions) {
    this.#options = options;
  }

  /**
   * The turn begins here before Temporal knows of it: the claim in the task log keeps it from running twice, and after a
   * death the log brings it back. Its workflow, which is started meanwhile or runs already, finds the turn going on and
   * joins it.
   */
  execute(input: TaskInput, record?: TaskRecord): void {
    const { wrapper, log, logger } = this.#options;
    const begun = wrapper.pendingStarts < MOST_AHEAD;
    if (begun) this.#begin(input, record);
    wrapper
      .run(toAgentTaskInput(input), { begun })
      .then((outcome) => this.#ended(input, outcome))
      .catch((error: unknown) => failTask(log, logger, input, error));
  }

  cancel(taskId: string): void {
    const { wrapper, runner, logger } = this.#options;
    runner.abort(taskId, { code: 'canceled', message: 'The task was canceled.' });
    wrapper.cancel(taskId).catch((error: unknown) => {
      // The log says canceled already, so whoever runs the task is refused at its next word.
      logger.warn('the cancel could not be sent to Temporal', { taskId, error });
    });
  }

  #begin(input: TaskInput, record: TaskRecord | undefined): void {
    const { wrapper, runner, logger } = this.#options;
    const controls = { durable: wrapper.isAvailable(), ...(record && { record }) };
    runner.run(input.taskId, input.turn, controls).catch((error: unknown) => {
      // The workflow is told the same, and decides what becomes of the turn.
      logger.debug('a turn ended without an outcome', { taskId: input.taskId, error });
    });
  }

  /** A turn that ended without a word in the log, say because an operator terminated its workflow, ends there too. */
  async #ended(input: TaskInput, outcome: RunOutcome): Promise<void> {
    const { log, runner } = this.#options;
    if (outcome.handedOver || outcome.result.success || runner.isRunning(input.taskId)) return;
    const record = await log.readForTurn.get(input.taskId);
    if (!record || record.turn !== input.turn || resultOf(record, input.turn) || runner.isHeld(record)) return;
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

import type { Logger } from '@molecule/adapters';
import type { RunOutcome, TemporalWorkflowWrapper } from '@molecule/temporal';
import type { TaskFailureCode } from '../../support/error-codes.js';
import { failedEvent } from '../../tasks/events/a2a-events.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import type { TurnInput } from '../../tasks/turn-input.js';
import { failTask, type TurnDispatcher } from '../turns/turn-dispatcher.js';
import { CANCELED, isOver } from '../turns/turn-outcome.js';
import type { TurnRunner } from '../turns/turn-runner.js';

/** Larger inputs stay in the task log and Temporal gets a reference: its histories are kept long, in several copies. */
const INLINE_BYTES = 128 * 1024;

/**
 * This many turns may begin before Temporal acknowledges them. If callers are faster than Temporal for long, later turns wait for
 * it, each a second at most, so that turns which Temporal does not have cannot pile up.
 */
const MOST_AHEAD = 256;

export interface DurableDispatcherOptions {
  readonly wrapper: TemporalWorkflowWrapper;
  readonly runner: TurnRunner;
  readonly log: TaskLog;
  readonly logger: Logger;
}

/** Starts turns and submits them to Temporal. While Temporal is away, turns run directly. */
export class DurableDispatcher implements TurnDispatcher {
  readonly #options: DurableDispatcherOptions;

  constructor(options: DurableDispatcherOptions) {
    this.#options = options;
  }

  claimFor(taskId: string, turn: number): { readonly durable: boolean } | undefined {
    const { wrapper, runner } = this.#options;
    if (wrapper.pendingStarts >= MOST_AHEAD || !runner.hasSlot(taskId, turn)) return undefined;
    return { durable: wrapper.isAvailable() };
  }

  /**
   * The turn begins here before Temporal has it: the claim in the task log keeps it from running twice, and recovery finds it in the
   * log if the process dies. Its workflow is started meanwhile, or runs already; its activity joins the running turn.
   */
  dispatch(head: TaskHead, input?: TurnInput, writer?: TaskWriter): void {
    const { wrapper, runner, log, logger } = this.#options;
    const { taskId, turn } = head;
    const begun = writer !== undefined || wrapper.pendingStarts < MOST_AHEAD;
    if (begun) this.#begin(head, writer);
    else runner.park(taskId, turn);
    const known = input && forHistory(input);
    this.#submit(head, known, begun)
      .catch((error: unknown) => failTask(log, logger, head, error))
      .finally(() => runner.giveUp(taskId, turn));
  }

  cancel(taskId: string): void {
    const { wrapper, runner, logger } = this.#options;
    runner.abort(taskId, CANCELED);
    wrapper.cancel(taskId).catch((error: unknown) => {
      // The log has the cancel already, so it refuses the next event of a process that runs the turn.
      const level = wrapper.status().state === 'stopped' ? 'debug' : 'warn';
      logger[level]('the cancel could not be sent to Temporal', { taskId, error });
    });
  }

  #begin(head: TaskHead, writer: TaskWriter | undefined): void {
    const { wrapper, runner, logger } = this.#options;
    const { taskId } = head;
    const controls = { durable: wrapper.isAvailable(), onlyHere: true, head, writer };
    runner.run(taskId, head.turn, controls).catch((error: unknown) => {
      // The workflow gets the same error and decides what becomes of the turn.
      logger.debug('a turn ended without an outcome', { taskId, error });
    });
  }

  async #submit(head: TaskHead, known: TurnInput | undefined, begun: boolean): Promise<void> {
    const { wrapper, log } = this.#options;
    const input = known ?? (await log.readForTurn.input(head.taskId).then((read) => read && forHistory(read)));
    // The task has continued: its later turn is dispatched by itself.
    if (input?.turn !== head.turn) return;
    await this.#ended(head, await wrapper.run(input, { begun }));
  }

  /** Ends a task whose turn ended without an event in the log, for example because an operator terminated its workflow. */
  async #ended({ taskId, turn }: TaskHead, outcome: RunOutcome): Promise<void> {
    const { log, runner } = this.#options;
    const failure = failureOf(outcome);
    if (!failure || runner.isRunning(taskId)) return;
    const head = await log.readForTurn.head(taskId);
    if (!head || head.turn !== turn || isOver(head, turn)) return;
    if (await runner.isHeld(head)) return;
    await log.settle(taskId, failedEvent(head, failure), { fence: head.fence });
  }
}

/** The failure of a turn that ended without success; undefined for a success and for a turn that another process resumes. */
function failureOf(outcome: RunOutcome): { readonly code: TaskFailureCode; readonly message: string } | undefined {
  switch (outcome.kind) {
    case 'handed-over':
      return undefined;
    case 'refused':
      return { code: outcome.code, message: outcome.message };
    case 'ended': {
      const { success, error = 'The durable execution of the task ended without a result.' } = outcome.result;
      return success ? undefined : { code: 'TURN_LOST', message: error };
    }
  }
}

/** The input as the workflow's history gets it: whole if it is small, otherwise with a reference to the task log. */
function forHistory(input: TurnInput): TurnInput {
  const { request, ...rest } = input;
  const large = [input.userInput, input.parts, input.history, input.metadata, request ?? null];
  if (Buffer.byteLength(JSON.stringify(large)) <= INLINE_BYTES) return input;
  const reference = `${input.taskId}#${input.turn}`;
  return { ...rest, userInput: '', parts: [], history: [], metadata: {}, reference };
}

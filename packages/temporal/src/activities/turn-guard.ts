import type { AbortReason, Logger } from '@molecule/adapters';
import type { LiveTask } from '../live/live-task.js';
import { delay } from '../support/delay.js';
import type { AttemptOwnership, Execution } from './attempt-ownership.js';

/** How long an attempt may take to arrive before Temporal is asked about it. */
const ARRIVAL_MS = 2_000;

/** Stops turns that no attempt attends to, as soon as they are known to have gone elsewhere or to be over. */
export class TurnGuard {
  constructor(
    private readonly ownership: AttemptOwnership,
    private readonly intervalMs: number,
    private readonly logger: Logger,
  ) {}

  /** Watches a turn that began with its workflow's start, until its first attempt arrives. */
  async untilAttended(execution: Execution, task: LiveTask): Promise<void> {
    await delay(ARRIVAL_MS, task.signal);
    await this.#watch(execution, task);
  }

  /** Watches a turn whose attempt was given up on, until the next one arrives. */
  async afterAttempt(execution: Execution, task: LiveTask): Promise<void> {
    // Lets the attempt itself leave first; it counts as attending until it has ended.
    await delay(0);
    await this.#watch(execution, task);
  }

  /** Why the turn must stop here, asked now; undefined while it may go on. */
  reasonToStop(execution: Execution, task: LiveTask): Promise<AbortReason | undefined> {
    return this.ownership.lost(execution, task.input);
  }

  async #watch(execution: Execution, task: LiveTask): Promise<void> {
    while (!task.settled && !task.attended && !task.signal.aborted) {
      const lost = await this.reasonToStop(execution, task);
      if (lost && !task.attended) {
        this.logger.warn('the turn is stopped here, by what Temporal says of it', {
          taskId: task.input.taskId,
          ...lost,
        });
        task.abort(lost);
        return;
      }
      await delay(this.intervalMs, task.signal);
    }
  }
}

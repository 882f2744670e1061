import type { AbortReason, Logger } from '@molecule/adapters';
import type { WorkflowRun } from '../client/temporal-client.js';
import type { LocalTurn } from '../local/local-turn.js';
import { delay } from '../support/wait.js';
import type { AttemptOwnership } from './attempt-ownership.js';

/** How long an attempt may take to arrive before Temporal is asked about it. */
const ARRIVAL_MS = 2_000;

/** Stops turns that no attempt heartbeats for, as soon as they are known to run elsewhere or to have ended. */
export class TurnGuard {
  readonly #ownership: AttemptOwnership;
  readonly #intervalMs: number;
  readonly #logger: Logger;

  constructor(ownership: AttemptOwnership, intervalMs: number, logger: Logger) {
    this.#ownership = ownership;
    this.#intervalMs = intervalMs;
    this.#logger = logger;
  }

  /** Watches a turn that began when its workflow started, until its first attempt arrives. */
  async untilAttended(run: WorkflowRun, turn: LocalTurn): Promise<void> {
    await delay(ARRIVAL_MS, turn.signal);
    await this.#watch(run, turn);
  }

  /** Watches a turn whose attempt Temporal gave up, until the next one arrives. */
  async afterAttempt(run: WorkflowRun, turn: LocalTurn): Promise<void> {
    // The attempt counts as attending until it has ended, so it must end first.
    await delay(0);
    await this.#watch(run, turn);
  }

  /** Why the turn must stop here, asked now; undefined while it may run on. */
  reasonToStop(run: WorkflowRun, turn: LocalTurn): Promise<AbortReason | undefined> {
    return this.#ownership.lost(run, turn.input);
  }

  async #watch(run: WorkflowRun, turn: LocalTurn): Promise<void> {
    while (!turn.settled && !turn.attended && !turn.signal.aborted) {
      const lost = await this.reasonToStop(run, turn);
      if (lost && !turn.attended) {
        this.#logger.warn('the turn stops here, by its state in Temporal', { taskId: turn.input.taskId, ...lost });
        turn.abort(lost);
        return;
      }
      await delay(this.#intervalMs, turn.signal);
    }
  }
}

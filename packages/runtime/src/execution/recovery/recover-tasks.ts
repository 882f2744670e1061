import { setImmediate as nextTick } from 'node:timers/promises';
import { TaskState } from '@a2a-js/sdk';
import type { Logger } from '@molecule/adapters';
import { within } from '../../support/wait.js';
import { BootLoss, type Boots } from '../../tasks/boots.js';
import { failedEvent } from '../../tasks/events/a2a-events.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { TurnClaim } from '../../tasks/log/unfinished-tasks.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { ONCE } from '../../tasks/storage/storage-gate.js';
import type { TurnDispatcher } from '../turns/turn-dispatcher.js';
import { type DurabilityView, type Failure, INTERRUPTED, judge } from './judge-turn.js';

/** A turn of this process that does not run for this long after it was accepted or claimed will not begin by itself. */
const IDLE_MS = 2_000;
/** If Temporal has not said by then whether a turn is paused, the turn runs, and stops when that is found out. */
const PAUSED_MS = 500;
/** How often ended tasks are looked for that count as engaged by a dead boot. */
const DISENGAGE_MS = 60_000;
const DROPPED: Failure = {
  code: 'INTERNAL',
  message: 'The server could not run the task. The operator finds the reason in the log, under the task id.',
};

export interface RecoveryOptions {
  readonly log: TaskLog;
  readonly dispatcher: Pick<TurnDispatcher, 'dispatch'>;
  readonly boots: Pick<Boots, 'id' | 'isAlive' | 'onLost'>;
  /** True while a turn of the task runs in this process. */
  readonly isRunning: (taskId: string) => boolean;
  /** From the adapter: a turn may run again after a crash. */
  readonly repeatableTurns: boolean;
  readonly execution: RecoveringExecution;
  readonly logger: Logger;
  /** Milliseconds; only differences count. Default: a monotonic clock. */
  readonly now?: () => number;
}

/** Temporal, as far as recovery depends on it. */
interface RecoveringExecution extends DurabilityView {
  /** True if an operator has paused the task's turn in Temporal. */
  isPaused(taskId: string): Promise<boolean>;
}

/**
 * Recovers what ended processes left unfinished, now and at every change, so that no task stays `working` for ever. A turn that
 * had not begun is run. One that had begun is dispatched again if it is durable or the adapter's turns may be repeated; otherwise
 * it fails with `INTERRUPTED_BY_RESTART`, or with `TURN_LOST` after too many attempts. A turn that this process has claimed but
 * does not run is recovered in the same way.
 */
export async function startRecovery(options: RecoveryOptions): Promise<{ stop(): void }> {
  const sweeper = new Sweeper(options);
  await sweeper.sweep();
  // No change is published when a process dies, so most sweeps come from the safety interval of the wait.
  return { stop: options.log.watch({ kind: 'free' }, () => sweeper.sweep()) };
}

class Sweeper {
  readonly #options: RecoveryOptions;
  /** Turns that were recovered, by task, turn and claim. */
  readonly #recovered = new Set<string>();
  readonly #boot: BootLoss;
  #disengagedAt: number | undefined;
  /** When turns of this process were first found not running. */
  #idleSince = new Map<string, number>();
  /** When waiting turns were first found without a process. */
  #foundAt = new Map<string, number>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
    // What was dispatched here is aborted, and may have to be dispatched again.
    this.#boot = new BootLoss(options.boots, () => this.#recovered.clear());
  }

  /** For retention, which leaves a task that an engine still works on: its boot may have died after the task had ended. */
  async #disengageEnded(): Promise<void> {
    const { log, now = () => performance.now() } = this.#options;
    if (this.#disengagedAt !== undefined && now() - this.#disengagedAt < DISENGAGE_MS) return;
    this.#disengagedAt = now();
    for (const claim of await log.read.endedButEngaged()) await this.#disengage(claim);
  }

  /** Never rejects. Storage trouble is logged where it begins, and the next sweep tries again. */
  async sweep(): Promise<void> {
    try {
      if (this.#boot.isLost) return;
      await this.#disengageEnded();
      await this.#sweep();
    } catch (error) {
      if (!StorageError.is(error)) this.#options.logger.error('unfinished tasks could not be read', { error });
    }
  }

  async #sweep(): Promise<void> {
    const { log, isRunning, boots, execution, repeatableTurns, now = () => performance.now() } = this.#options;
    const idleSince = new Map<string, number>();
    const foundAt = new Map<string, number>();
    const isAlive = once((boot) => boots.isAlive(boot));
    for (const claim of await log.read.unfinishedClaims()) {
      const { taskId, runner } = claim;
      const key = `${taskId}#${claim.turn}#${claim.fence}`;
      if (this.#boot.isLost) return;
      if (this.#recovered.has(key) || isRunning(taskId)) continue;
      if (runner === boots.id) {
        // A turn that was just accepted or claimed is about to run.
        const since = this.#idleSince.get(key) ?? now();
        idleSince.set(key, since);
        if (now() - since < IDLE_MS) continue;
      } else if (runner !== undefined && (await isAlive(runner))) continue;
      const head = await log.read.head(taskId);
      if (head?.turn !== claim.turn || head.fence !== claim.fence || !isUnfinished(head)) continue;
      // Temporal starts a durable turn that has not begun.
      if (runner === boots.id && head.attempt === 0 && execution.wantsDurable) continue;
      const since = this.#foundAt.get(key) ?? now();
      const verdict = judge(head, execution, { repeatableTurns, waitedMs: now() - since });
      if (verdict === 'wait') {
        foundAt.set(key, since);
        await this.#disengage(claim);
        continue;
      }
      // Only a living process releases a claim: because it stops, or because an operator has paused the turn.
      const isReleased = runner === undefined && head.attempt > 0;
      if (verdict !== 'run') {
        await this.#fail(head, verdict);
        await this.#disengage(claim);
      }
      // Meanwhile this boot may have been lost. Its next one runs the turn.
      if (this.#boot.isLost) return;
      this.#recovered.add(key);
      if (verdict !== 'run') continue;
      if (isReleased) void this.#runUnlessPaused(head, claim, key);
      else this.#run(head);
      // Other work comes between two turns, of which there may be many after a restart.
      await nextTick();
    }
    this.#idleSince = idleSince;
    this.#foundAt = foundAt;
  }

  /** Lets the next turn of the conversation begin, unless a living process still works on this one. */
  async #disengage({ taskId, engaged }: Pick<TurnClaim, 'taskId' | 'engaged'>): Promise<void> {
    const { log, boots, isRunning } = this.#options;
    if (engaged === undefined || isRunning(taskId)) return;
    if (engaged !== boots.id && (await boots.isAlive(engaged))) return;
    await log.disengage(taskId, engaged);
  }

  /** Temporal is asked about many turns at once after another process has stopped, and none of them waits for its answer for long. */
  async #runUnlessPaused(head: TaskHead, claim: TurnClaim, key: string): Promise<void> {
    const { execution, logger } = this.#options;
    const isPaused = await within(execution.isPaused(head.taskId), PAUSED_MS, () => false);
    // Its next boot runs the turn.
    if (this.#boot.isLost) return;
    if (!isPaused) return this.#run(head);
    try {
      await this.#disengage(claim);
    } catch (error) {
      if (!StorageError.is(error)) logger.error('a paused turn could not be left', { taskId: head.taskId, error });
    }
    this.#recovered.delete(key);
  }

  #run(head: TaskHead): void {
    const { taskId, contextId, attempt } = head;
    this.#options.logger.info('an unfinished task is resumed', { taskId, contextId, attempt: attempt + 1 });
    this.#options.dispatcher.dispatch(head);
  }

  async #fail(head: TaskHead, verdict: Failure): Promise<void> {
    const { log, logger, boots } = this.#options;
    const { taskId, contextId, attempt, runner } = head;
    const isOwn = runner === boots.id;
    const { code, message } = verdict === INTERRUPTED && isOwn ? DROPPED : verdict;
    const ended = await log.settle(taskId, failedEvent(head, { code, message }), { patience: ONCE, fence: head.fence });
    // Another process has claimed or ended it meanwhile.
    if (!ended) return;
    const why = isOwn ? 'does not run in the process that claimed it' : 'was interrupted by the end of its process';
    logger.warn(`a task ${why}`, { taskId, contextId, attempt, code, reason: message });
  }
}

function isUnfinished({ state }: TaskHead): boolean {
  return state === TaskState.TASK_STATE_SUBMITTED || state === TaskState.TASK_STATE_WORKING;
}

/** Asks for each boot at most once. */
function once(isAlive: (boot: string) => Promise<boolean>): (boot: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return (boot) => {
    const answer = answers.get(boot) ?? isAlive(boot);
    answers.set(boot, answer);
    return answer;
  };
}

import type { Logger } from '@molecule/adapters';
import { StorageError } from '../storage/storage-error.js';
import { ONCE } from '../storage/storage-gate.js';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';
import { failedEvent } from './a2a-events.js';
import type { TaskExecutor } from './task-executor.js';

/** How often what dead processes left is looked for after the boot: another process may die later. */
const SWEEP_MS = 2_000;
/**
 * How long a turn that a durable engine knows of waits for that engine, from when it was found without a process, before it is
 * treated as one without. Nothing else bounds it: the engine itself ends no turn.
 */
const ENGINE_GONE_MS = 30 * 60_000;
/** How long a turn that ran directly waits for a durable engine that is meant to be there, counted in the same way. */
const ENGINE_AWAITED_MS = 10_000;

export interface RecoveryOptions {
  readonly log: TaskLog;
  readonly executor: TaskExecutor;
  /** Of this process. */
  readonly bootId: string;
  /** Whether the process of a boot id still lives. */
  readonly isAlive: (bootId: string) => boolean;
  /** Whether a turn of the task runs in this process. */
  readonly isRunning: (taskId: string) => boolean;
  /** The adapter says that its turns may be repeated. */
  readonly repeatableTurns: boolean;
  readonly execution: {
    isDurable(): boolean;
    /** Whether an operator holds the task's turn back in the durable engine. */
    isPaused(taskId: string): Promise<boolean>;
    readonly wantsDurable: boolean;
  };
  readonly logger: Logger;
  /** Milliseconds; only differences count. Default: a clock that nobody sets. */
  readonly now?: () => number;
}

/**
 * A turn that has been begun so often takes its process down each time, and must end: ten lives of a process, with three
 * attempts each. Many deploys in a row do not come near.
 */
const MOST_ATTEMPTS = 30;

/** What becomes of an unfinished task whose process is dead: `run`, `wait`, or why it is failed. */
type Verdict = 'run' | 'wait' | Failure;

interface Failure {
  readonly code: string;
  readonly message: string;
}

const INTERRUPTED: Failure = {
  code: 'INTERRUPTED_BY_RESTART',
  message:
    'The server was restarted while the agent was working on this task. Send the message again if it should be done.',
};
const DROPPED: Failure = {
  code: 'INTERNAL',
  message: 'The server could not run the task. The operator finds the reason in the log, under the task id.',
};
const LOST: Failure = {
  code: 'TURN_LOST',
  message: 'The server died again and again while the agent was working on this task.',
};

/**
 * Looks after what dead processes left unfinished, now and every few seconds, so that no task stays `working` for ever. A
 * turn that had not begun is run; one that had begun goes to the durable engine, or is run again when its adapter allows it,
 * and is failed with `INTERRUPTED_BY_RESTART` otherwise, or with `TURN_LOST` when it was begun too often. A turn that this
 * process has claimed and does not run is looked after in the same way.
 */
export async function startRecovery(options: RecoveryOptions): Promise<{ stop(): void }> {
  const sweeper = new Sweeper(options);
  await sweeper.sweep();
  let sweeping = false;
  const timer = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    void sweeper.sweep().finally(() => {
      sweeping = false;
    });
  }, SWEEP_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

class Sweeper {
  readonly #options: RecoveryOptions;
  /** Turns that were looked after, by task, turn and claim. */
  readonly #given = new Set<string>();
  /** Turns of this process that the sweep before found not to run. */
  #idle = new Set<string>();
  /** When turns that wait were first found without a process. */
  #foundAt = new Map<string, number>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Storage trouble was told when it began, and the next sweep looks again. */
  async sweep(): Promise<void> {
    try {
      await this.#sweep();
    } catch (error) {
      if (!StorageError.is(error)) this.#options.logger.error('unfinished tasks could not be looked for', { error });
    }
  }

  async #sweep(): Promise<void> {
    const { now = () => performance.now() } = this.#options;
    const idle = new Set<string>();
    const foundAt = new Map<string, number>();
    for (const record of await this.#options.log.read.unfinished()) {
      const { taskId, runner } = record;
      const key = `${taskId}#${record.turn}#${record.fence}`;
      if (this.#given.has(key) || this.#options.isRunning(taskId)) continue;
      if (runner === this.#options.bootId) {
        // A turn that has just been accepted or claimed is about to run; one that is found twice is not.
        idle.add(key);
        // One that the durable engine has not begun is brought back by it.
        if (!this.#idle.has(key) || (record.attempt === 0 && this.#options.execution.wantsDurable)) continue;
      } else if (runner !== undefined && this.#options.isAlive(runner)) continue;
      const since = this.#foundAt.get(key) ?? now();
      const verdict = judge(record, this.#options, now() - since);
      if (verdict === 'wait') {
        foundAt.set(key, since);
        continue;
      }
      // Only a living process gives a claim back: because it stops, or because an operator has paused the turn.
      const givenBack = runner === undefined && record.attempt > 0;
      if (verdict === 'run' && givenBack && (await this.#options.execution.isPaused(taskId))) continue;
      if (verdict !== 'run') await this.#fail(record, verdict);
      this.#given.add(key);
      if (verdict === 'run') this.#run(record);
    }
    this.#idle = idle;
    this.#foundAt = foundAt;
  }

  #run({ taskId, contextId, attempt, input }: TaskRecord): void {
    this.#options.logger.info('an unfinished task is taken up', { taskId, contextId, attempt: attempt + 1 });
    this.#options.executor.execute(input);
  }

  async #fail(record: TaskRecord, verdict: Failure): Promise<void> {
    const { log, logger, bootId } = this.#options;
    const { taskId, contextId, attempt, runner } = record;
    const { code, message } = verdict === INTERRUPTED && runner === bootId ? DROPPED : verdict;
    await log.settle(taskId, failedEvent(record, { code, message }), ONCE);
    const why =
      runner === bootId
        ? 'does not run in the process that claimed it'
        : 'was cut short by the end of the process that ran it';
    logger.warn(`a task ${why}`, { taskId, contextId, attempt, code, reason: message });
  }
}

/** @param waitedMs since the turn was found without a process: how long that process has been dead says nothing of the engine */
function judge(record: TaskRecord, options: RecoveryOptions, waitedMs: number): Verdict {
  const { execution, repeatableTurns } = options;
  if (record.attempt >= MOST_ATTEMPTS) return LOST;
  if (record.attempt === 0 || repeatableTurns) return 'run';
  // Turns of a durable workspace are repeated after a crash by their nature, also one that ran directly in an outage.
  if (execution.isDurable()) return 'run';
  if (!execution.wantsDurable) return INTERRUPTED;
  return waitedMs < (record.durable ? ENGINE_GONE_MS : ENGINE_AWAITED_MS) ? 'wait' : INTERRUPTED;
}

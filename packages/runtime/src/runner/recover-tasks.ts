import type { Logger } from '@molecule/adapters';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';
import { failedEvent } from './a2a-events.js';
import type { TaskExecutor } from './task-executor.js';

/** How often what dead processes left is looked for after the boot: another process may die later. */
const SWEEP_MS = 2_000;
/** How long a durable turn waits for its engine before it is treated as one without: the engine's own bound of a task. */
const ENGINE_GONE_MS = 30 * 60_000;
/** How long after the boot a turn that ran directly waits for a durable engine that is meant to be there. */
const ENGINE_AWAITED_MS = 10_000;

export interface RecoveryOptions {
  readonly log: TaskLog;
  readonly executor: TaskExecutor;
  /** Whether the process of a boot id still lives. */
  readonly isAlive: (bootId: string) => boolean;
  /** Whether a turn of the task runs in this process. */
  readonly isRunning: (taskId: string) => boolean;
  /** The adapter says that its turns may be repeated. */
  readonly repeatableTurns: boolean;
  /** When this process began, milliseconds since 1970. */
  readonly bootedAt: number;
  readonly execution: { isDurable(): boolean; readonly wantsDurable: boolean };
  readonly logger: Logger;
}

/**
 * A turn that has been begun so often takes its process down each time, and must end: ten lives of a process, with three
 * attempts each. Many deploys in a row do not come near.
 */
const MOST_ATTEMPTS = 30;

/** What becomes of an unfinished task whose process is dead: `run`, `wait`, or why it is failed. */
type Verdict = 'run' | 'wait' | { readonly code: string; readonly message: string };

const INTERRUPTED: Verdict = {
  code: 'INTERRUPTED_BY_RESTART',
  message:
    'The server was restarted while the agent was working on this task. Send the message again if it should be done.',
};
const LOST: Verdict = {
  code: 'TURN_LOST',
  message: 'The server died again and again while the agent was working on this task.',
};

/**
 * Looks after what dead processes left unfinished, now and every few seconds, so that no task stays `working` for ever. A
 * turn that had not begun is run; one that had begun goes to the durable engine, or is run again when its adapter allows it,
 * and is failed with `INTERRUPTED_BY_RESTART` otherwise, or with `TURN_LOST` when it was begun too often.
 */
export async function startRecovery(options: RecoveryOptions): Promise<{ stop(): void }> {
  const given = new Set<string>();
  await sweep(options, given);
  let sweeping = false;
  const timer = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    sweep(options, given)
      .catch((error: unknown) => options.logger.error('unfinished tasks could not be looked for', { error }))
      .finally(() => {
        sweeping = false;
      });
  }, SWEEP_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function sweep(options: RecoveryOptions, given: Set<string>): Promise<void> {
  const { log, logger } = options;
  for (const record of await log.read.unfinished()) {
    const { taskId, contextId, attempt, runner } = record;
    const key = `${taskId}#${record.turn}#${record.fence}`;
    if (given.has(key) || options.isRunning(taskId)) continue;
    if (runner !== undefined && options.isAlive(runner)) continue;
    const verdict = judge(record, options);
    if (verdict === 'wait') continue;
    given.add(key);
    if (verdict === 'run') {
      logger.info('an unfinished task is taken up', { taskId, contextId, attempt: attempt + 1 });
      options.executor.execute(record.input);
      continue;
    }
    logger.warn('a task was cut short by the end of the process that ran it', {
      taskId,
      contextId,
      attempt,
      ...verdict,
    });
    await log.settle(taskId, failedEvent(record, verdict));
  }
}

function judge(record: TaskRecord, { execution, repeatableTurns, bootedAt }: RecoveryOptions): Verdict {
  if (record.attempt >= MOST_ATTEMPTS) return LOST;
  if (record.attempt === 0 || repeatableTurns) return 'run';
  // Turns of a durable workspace are repeated after a crash by their nature, also one that ran directly in an outage.
  if (execution.isDurable()) return 'run';
  if (!execution.wantsDurable) return INTERRUPTED;
  const statusAt = Date.parse(record.task.status?.timestamp ?? '');
  const until = record.durable ? statusAt + ENGINE_GONE_MS : bootedAt + ENGINE_AWAITED_MS;
  return Date.now() < until ? 'wait' : INTERRUPTED;
}

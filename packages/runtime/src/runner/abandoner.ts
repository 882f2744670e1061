import type { AgentEngine, Logger } from '@molecule/adapters';
import type { HeldWork } from '../task-log/abandoned-work.js';
import type { TaskLog } from '../task-log/task-log.js';

/** How long the engine may take to release the work of one task. */
const RELEASE_MS = 10_000;
/** How often work is looked for that could not be released when its task ended, or that another process left. */
const SWEEP_MS = 2_000;
/** After so many failures the engine is not asked again. */
const MOST_TRIES = 5;

export interface AbandonerOptions {
  readonly log: TaskLog;
  readonly engine: AgentEngine;
  /** Of this process. */
  readonly bootId: string;
  /** Whether the process of a boot id still lives. */
  readonly isAlive: (bootId: string) => boolean;
  /** Whether a turn of the task runs in this process. */
  readonly isRunning: (taskId: string) => boolean;
  readonly logger: Logger;
}

/**
 * Has the engine release what it holds for tasks that nobody will continue (`AgentEngine.abandon`): when they end, and after a
 * restart what was not released before. Does nothing for an engine that holds nothing.
 */
export class Abandoner {
  readonly #options: AbandonerOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** The look that has not begun yet: it sees everything that was noted before it. */
  #next: Promise<void> | undefined;

  constructor(options: AbandonerOptions) {
    this.#options = options;
  }

  start(): void {
    const { engine, log } = this.#options;
    if (!engine.abandon) return;
    log.onAbandoned(() => void this.look());
    this.#timer = setInterval(() => void this.look(), SWEEP_MS);
    this.#timer.unref();
    void this.look();
  }

  /** No further work is released; resolves when what is being released has been, or its time is over. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Releases what can be released now, after what is being released already. Never rejects. */
  look(): Promise<void> {
    if (!this.#options.engine.abandon) return Promise.resolve();
    this.#next ??= this.#looking.then(() => {
      this.#next = undefined;
      return this.#releaseAll();
    });
    this.#looking = this.#next;
    return this.#next;
  }

  async #releaseAll(): Promise<void> {
    const { log, logger, bootId, isAlive, isRunning } = this.#options;
    try {
      const held = await log.abandonedWork.all();
      const free = held.filter(({ work, runner }) => {
        const isElsewhere = runner !== undefined && runner !== bootId && isAlive(runner);
        return !isElsewhere && !isRunning(work.taskId);
      });
      await Promise.all(free.map((each) => this.#release(each)));
    } catch (error) {
      logger.debug('what engines are to release could not be looked for', { error });
    }
  }

  async #release({ work, tries }: HeldWork): Promise<void> {
    const { log, engine, logger } = this.#options;
    const { taskId, reason } = work;
    try {
      await within(Promise.resolve(engine.abandon?.(work)), RELEASE_MS);
      logger.debug('the engine has released the work of a task', { taskId, reason });
    } catch (error) {
      const isLast = tries + 1 >= MOST_TRIES;
      logger[isLast ? 'error' : 'warn']('the engine did not release the work of a task', {
        taskId,
        reason,
        tries: tries + 1,
        error,
      });
      if (!isLast) return log.abandonedWork.failedAgain(taskId);
    }
    await log.abandonedWork.remove(taskId);
  }
}

async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`abandon did not answer within ${ms / 1_000} s`)), ms);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

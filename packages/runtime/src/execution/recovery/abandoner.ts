import type { AgentEngine, Logger } from '@molecule/adapters';
import { within } from '../../support/wait.js';
import type { Boots } from '../../tasks/boots.js';
import type { HeldWork } from '../../tasks/log/abandoned-work.js';
import type { TaskLog } from '../../tasks/log/task-log.js';

/** How long the engine may take to release the work of one task. */
const RELEASE_MS = 10_000;
/** How often the log is read for abandoned work that was not released when its task ended, or that another process left. */
const SWEEP_MS = 2_000;
/** After this many failures the engine is not asked again. */
const MOST_TRIES = 5;

export interface AbandonerOptions {
  readonly log: TaskLog;
  readonly engine: AgentEngine;
  readonly boots: Pick<Boots, 'id' | 'isAlive'>;
  /** True while a turn of the task runs in this process. */
  readonly isRunning: (taskId: string) => boolean;
  readonly logger: Logger;
}

/**
 * Makes the engine release abandoned work (`AgentEngine.abandon`): when tasks end, and after a restart what was not released
 * before. Does nothing for an engine without `abandon`.
 */
export class Abandoner {
  readonly #options: AbandonerOptions;
  #timer: NodeJS.Timeout | undefined;
  #releasing: Promise<void> = Promise.resolve();
  /** The release that has not begun yet: it sees all work that was recorded before it begins. */
  #next: Promise<void> | undefined;

  constructor(options: AbandonerOptions) {
    this.#options = options;
  }

  start(): void {
    const { engine, log } = this.#options;
    if (!engine.abandon) return;
    log.abandonedWork.onRecorded(() => void this.release());
    this.#timer = setInterval(() => void this.release(), SWEEP_MS);
    this.#timer.unref();
    void this.release();
  }

  /** Releases no further work. Resolves when the current release has ended or its time is over. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#releasing;
  }

  /** Releases what can be released now, after the current release. Never rejects. */
  release(): Promise<void> {
    if (!this.#options.engine.abandon) return Promise.resolve();
    this.#next ??= this.#releasing.then(() => {
      this.#next = undefined;
      return this.#releaseAll();
    });
    this.#releasing = this.#next;
    return this.#next;
  }

  async #releaseAll(): Promise<void> {
    const { log, logger, boots, isRunning } = this.#options;
    try {
      const held = await log.abandonedWork.all();
      const release = async (each: HeldWork) => {
        const { work, runner } = each;
        if (runner !== undefined && runner !== boots.id && (await boots.isAlive(runner))) return;
        if (!isRunning(work.taskId)) await this.#releaseOne(each);
      };
      await Promise.all(held.map(release));
    } catch (error) {
      logger.debug('abandoned work could not be read', { error });
    }
  }

  async #releaseOne({ work, tries }: HeldWork): Promise<void> {
    const { log, engine, logger } = this.#options;
    const { taskId, reason } = work;
    try {
      await within(Promise.resolve(engine.abandon?.(work)), RELEASE_MS, () => {
        throw new Error(`abandon did not answer within ${RELEASE_MS / 1_000} s`);
      });
      logger.debug('the engine has released the work of a task', { taskId, reason });
    } catch (error) {
      const isLast = tries + 1 >= MOST_TRIES;
      const fields = { taskId, reason, tries: tries + 1, error };
      logger[isLast ? 'error' : 'warn']('the engine did not release the work of a task', fields);
      if (!isLast) return log.abandonedWork.failedAgain(taskId);
    }
    await log.abandonedWork.remove(taskId);
  }
}

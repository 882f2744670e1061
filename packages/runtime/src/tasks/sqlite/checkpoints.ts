import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Logger } from '@molecule/adapters';
import type { Clock } from '../../support/clock.js';
import { type CheckpointAnswer, checkpointThread } from './checkpoint-thread.js';

/** Commits until a checkpoint is worth its syncs. */
const COMMITS = 32;
/** The shortest time between two checkpoints. What is written meanwhile is what the write-ahead log grows by. */
const PAUSE_MS = 250;

/**
 * Makes checkpoints of a database in a thread, on a connection of its own, because a checkpoint waits for the disk. Connections of
 * the main thread make none. The thread is started when the first checkpoint is due.
 */
export class Checkpoints {
  readonly #file: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #thread: Worker | undefined;
  #running: Promise<boolean> | undefined;
  #commits = 0;
  #endedAt = Number.NEGATIVE_INFINITY;
  #failure = '';
  #isClosed = false;

  constructor(file: string, { logger, clock }: { readonly logger: Logger; readonly clock: Clock }) {
    this.#file = file;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Call it after each commit. */
  committed(): void {
    this.#commits++;
    if (this.#commits < COMMITS || this.#running || this.#clock.now() - this.#endedAt < PAUSE_MS) return;
    this.run().catch(() => {});
  }

  /**
   * Makes a checkpoint of everything that is committed now.
   *
   * @returns false: another connection was in the way
   * @throws Error of the thread
   */
  async run(): Promise<boolean> {
    // The present one may have begun before the last commit.
    await this.#running?.catch(() => {});
    this.#commits = 0;
    this.#running ??= this.#ask().finally(() => {
      this.#running = undefined;
      this.#endedAt = this.#clock.now();
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.catch(() => {});
    await this.#thread?.terminate();
  }

  async #ask(): Promise<boolean> {
    if (this.#isClosed) return false;
    const thread = this.#thread ?? this.#start();
    const answered = Promise.withResolvers<CheckpointAnswer>();
    const ended = () => answered.reject(new Error('The thread for checkpoints has ended.'));
    thread.once('message', answered.resolve);
    thread.once('error', answered.reject);
    thread.once('exit', ended);
    try {
      thread.postMessage('checkpoint');
      const { complete, error } = await answered.promise;
      if (error !== undefined) throw new Error(error);
      this.#failure = '';
      return complete;
    } catch (error) {
      this.#report(error as Error);
      throw error;
    } finally {
      thread.off('message', answered.resolve);
      thread.off('error', answered.reject);
      thread.off('exit', ended);
    }
  }

  #start(): Worker {
    const url = pathToFileURL(this.#file);
    url.searchParams.set('mode', 'rw');
    const thread = new Worker(`(${checkpointThread})(require('node:worker_threads'), require('node:sqlite'))`, {
      eval: true,
      workerData: url.href,
      // Node 22 warns that its SQLite may change.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    thread.unref();
    thread.once('exit', () => {
      this.#thread = undefined;
    });
    // Without a listener, an error between two requests would end the process.
    thread.on('error', () => {});
    this.#thread = thread;
    return thread;
  }

  /** The log grows until the next one succeeds; nothing is lost. */
  #report({ message }: Error): void {
    if (message !== this.#failure && !this.#isClosed) {
      this.#logger.warn('no checkpoint of a database could be made; the next one is tried after further writes', {
        file: this.#file,
        cause: message,
      });
    }
    this.#failure = message;
  }
}

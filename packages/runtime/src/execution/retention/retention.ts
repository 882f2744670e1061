import type { Logger } from '@molecule/adapters';
import type { RetentionSettings } from '../../settings/environment/runtime-settings.js';
import { type Clock, repeat } from '../../support/clock.js';
import { within } from '../../support/wait.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import type { TaskStore } from '../../tasks/task-store.js';
import type { BatchPace } from './batch-pace.js';
import { BlobSweep } from './blob-sweep.js';
import type { Forgetter } from './forgetter.js';
import { sweepConversations } from './sweep-conversations.js';
import { sweepFiles, sweepTasks, type TaskSweep } from './sweep-tasks.js';
import type { TaskFiles } from './task-files.js';

/** How often the log is read for conversations that are to be forgotten. */
const LOOK_MS = 2_000;
/** How often old tasks are looked for, unless an age is so short that they must be found sooner. */
const SWEEP_MS = 60_000;
/** How long a stop waits for the engine. What it has not forgotten then stays recorded for the next boot. */
const STOP_MS = 2_000;
/**
 * How often old files and conversations are looked for at most: a 24th of their age. No index finds them, so this reads all kept
 * files, or all tasks.
 */
const LONGEST_WALK_MS = 60 * 60_000;
const WALKS_OF_AGE = 24;
/** What turns have used is kept longer than a year, so that a year can be compared with the one before; also of deleted tasks. */
const USAGE_MS = 400 * 24 * 60 * 60_000;
/** Of several processes, one looks for what is too old. */
const DUTY = 'retention';
/** Space in the database that stays free for new tasks. */
const FREE_BYTES = 4 * 1024 * 1024;

export interface RetentionOptions {
  readonly ages: RetentionSettings;
  /** True: the steps of ended tasks stay when their events are deleted, for the console. */
  readonly keepsSteps: boolean;
  readonly store: Pick<TaskStore, 'log' | 'blobs' | 'duties'>;
  readonly forgetter: Forgetter;
  readonly files: TaskFiles;
  readonly pace: BatchPace;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What all sweeps have in common. */
type CommonSweep = Omit<TaskSweep, 'before'>;

/**
 * Deletes events, tasks and conversations that have reached their age, a few at a time. Of several processes of a workspace, one
 * looks for what is too old; each may forget conversations.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #blobs: BlobSweep;
  readonly #everyMs: number;
  #sweepAt: number;
  #filesAt: number;
  #conversationsAt: number;
  #stop = () => {};
  #stopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RetentionOptions) {
    const { tasksMs, conversationsMs, filesMs, eventsMs } = options.ages;
    this.#options = options;
    this.#everyMs = Math.min(SWEEP_MS, Math.max(LOOK_MS, Math.min(tasksMs, conversationsMs, filesMs, eventsMs) / 4));
    this.#blobs = new BlobSweep({ ...options, blobs: options.store.blobs });
    this.#sweepAt = options.clock.now();
    this.#filesAt = this.#sweepAt;
    this.#conversationsAt = this.#sweepAt;
  }

  start(): void {
    this.#stop = repeat(this.#options.clock, LOOK_MS, () => {
      this.#running = this.#look();
      return this.#running;
    });
  }

  /** Begins with no further batch. Resolves when the present one has ended. */
  async stop(): Promise<void> {
    const { forgetter, store } = this.#options;
    this.#stopping = true;
    forgetter.stop();
    this.#stop();
    await within(this.#running, STOP_MS, () => {});
    // Not needed: the duty of a boot that has ended goes to the next one that looks for it.
    await store.duties.leave(DUTY).catch(() => {});
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { store, clock, logger } = this.#options;
    try {
      await this.#forgetDue();
      if (clock.now() < this.#sweepAt) return;
      this.#sweepAt = clock.now() + this.#everyMs;
      if (!(await store.duties.take(DUTY))) return;
      await this.#sweep(clock.now());
      await this.#forgetDue();
    } catch (error) {
      // Storage trouble is in the log already.
      if (!StorageError.is(error)) logger.warn('old tasks could not be deleted; the next sweep tries again', { error });
    }
  }

  async #sweep(now: number): Promise<void> {
    const { ages, store, files, pace, logger } = this.#options;
    const { log } = store;
    const { tasksMs, eventsMs } = ages;
    const common = { files, pace, isOver: () => this.#stopping };
    if (Number.isFinite(eventsMs)) await log.compact(now - eventsMs, this.#options);
    const tasks = Number.isFinite(tasksMs) ? await sweepTasks(log, { before: now - tasksMs, ...common }) : 0;
    this.#deleted(tasks);
    if (tasks > 0) logger.info('old tasks were deleted', { tasks });
    const released = now >= this.#filesAt ? await this.#sweepFiles(now, common) : 0;
    this.#deleted(released);
    if (released > 0) logger.info('the files of old tasks were released', { tasks: released });
    await log.usage.deleteBefore(now - USAGE_MS);
    if (now >= this.#conversationsAt) await this.#sweepConversations(now, common);
    while (!this.#stopping && (await pace.run(() => log.retention.shrink(FREE_BYTES))));
    await this.#blobs.run();
  }

  async #sweepFiles(now: number, common: CommonSweep): Promise<number> {
    const { ages, store } = this.#options;
    const { filesMs } = ages;
    if (!Number.isFinite(filesMs)) return 0;
    const released = await sweepFiles(store.log, { before: now - filesMs, ...common });
    this.#filesAt = now + walkEvery(filesMs);
    return released;
  }

  async #sweepConversations(now: number, common: CommonSweep): Promise<void> {
    const { ages, store } = this.#options;
    const { tasksMs, conversationsMs } = ages;
    if (!Number.isFinite(conversationsMs)) return;
    // Otherwise the tasks of a conversation are gone before it is due.
    const hasTasks = conversationsMs < tasksMs;
    await sweepConversations(store.log, { before: now - conversationsMs, hasTasks, ...common });
    this.#conversationsAt = now + walkEvery(conversationsMs);
  }

  async #forgetDue(): Promise<void> {
    this.#deleted(await this.#options.forgetter.forgetDue());
  }

  #deleted(count: number): void {
    if (count > 0) this.#blobs.afterDeletion();
  }
}

function walkEvery(ageMs: number): number {
  return Math.min(LONGEST_WALK_MS, Math.max(LOOK_MS, ageMs / WALKS_OF_AGE));
}

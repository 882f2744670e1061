import type { Logger } from '@molecule/adapters';
import { type Clock, repeat, wallClock } from '../../support/clock.js';
import { type Changes, removedIn } from '../../tasks/changes.js';
import type { Overview } from '../../tasks/log/overview/overview.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import type { TaskCounts } from '../../tasks/log/overview/task-counts.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { ChangeLog, type TaskChange } from './change-log.js';
import { SharedReads } from './shared-reads.js';
import { TaskPoll } from './task-poll.js';

/** Readers get changes together, at most so often. */
const TICK_MS = 500;
/** How often changes without a hint are looked for, while there is a reader. */
const LOOK_MS = 2_000;

export interface ChangeHubOptions {
  readonly overview: Overview;
  readonly changes: Pick<Changes, 'subscribe'>;
  readonly logger: Logger;
  /** Default: the wall clock. */
  readonly clock?: Clock;
}

/**
 * The changes of all tasks, for any number of readers. A reader has a number, and asks for the changes after it: so it costs no memory,
 * however slow it is. What readers ask for at the same time is read once.
 */
export class ChangeHub {
  /** Distinguishes the numbers of this process from those of others. */
  readonly id: string = crypto.randomUUID();
  readonly #log = new ChangeLog();
  readonly #poll: TaskPoll;
  readonly #reads: SharedReads;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #readers = 0;
  #stopLooking = () => {};
  #looking: Promise<void> | undefined;
  #ticks = Promise.withResolvers<void>();
  #isTicking = false;
  #isLate = false;
  #ticked = 0;

  constructor({ overview, changes, logger, clock = wallClock }: ChangeHubOptions) {
    this.#poll = new TaskPoll(overview, this.#log);
    this.#reads = new SharedReads(overview, {
      onRead: (task) => this.#poll.seen(task),
      onLate: (inMs) => this.#tickAgain(inMs),
    });
    this.#logger = logger;
    this.#clock = clock;
    for (const kind of ['turn', 'task'] as const) changes.subscribe(kind, (taskId) => this.#changed(taskId));
    changes.subscribe('removed', (name) => {
      const removed = removedIn(name);
      if (removed) this.#changed(removed.taskId, removed);
    });
  }

  /** The number of the last change. */
  get number(): number {
    return this.#log.number;
  }

  /** Adds a reader. From now on nothing is missed. @returns what removes it */
  async join(): Promise<() => void> {
    this.#readers++;
    if (this.#readers === 1) this.#stopLooking = repeat(this.#clock, LOOK_MS, () => this.#look());
    await this.#look();
    return () => {
      this.#readers--;
      if (this.#readers === 0) this.#stopLooking();
    };
  }

  /** True if a reader that has the changes up to this number can continue after it. */
  reaches(number: number): boolean {
    return this.#log.reaches(number);
  }

  after(number: number, most: number): readonly TaskChange[] {
    return this.#log.after(number, most);
  }

  /** Resolves when there may be further changes. Never rejects. */
  changed(): Promise<void> {
    return this.#ticks.promise;
  }

  /** The tasks as they are now; those that were deleted are left out. @throws {StorageError} */
  tasks(changes: readonly TaskChange[]): Promise<readonly OverviewTask[]> {
    return this.#reads.tasks(changes);
  }

  /** @param owner undefined: of all owners. @throws {StorageError} */
  counts(owner: string | undefined): Promise<TaskCounts> {
    return this.#reads.counts(owner);
  }

  #changed(taskId: string, removed?: Parameters<ChangeLog['add']>[1]): void {
    this.#log.add(taskId, removed);
    this.#tick();
  }

  /** Wakes the readers, together with those of other changes that come soon. */
  #tick(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    const wait = Math.max(0, this.#ticked + TICK_MS - this.#clock.now());
    this.#clock.after(Math.min(wait, TICK_MS), () => {
      this.#isTicking = false;
      this.#ticked = this.#clock.now();
      this.#reads.forget();
      const ticks = this.#ticks;
      this.#ticks = Promise.withResolvers<void>();
      ticks.resolve();
    });
  }

  /** Wakes the readers later, without a change. */
  #tickAgain(inMs: number): void {
    if (this.#isLate) return;
    this.#isLate = true;
    this.#clock.after(Math.min(inMs, LOOK_MS), () => {
      this.#isLate = false;
      this.#tick();
    });
  }

  /** Readers that come at the same time share a look. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const before = this.#log.number;
    try {
      await this.#poll.look();
    } catch (error) {
      // The log has reported storage trouble once, when it began. What was missed is found after it.
      if (!StorageError.is(error)) this.#logger.warn('changes of tasks could not be looked for', { error });
    }
    if (this.#log.number > before) this.#tick();
  }
}

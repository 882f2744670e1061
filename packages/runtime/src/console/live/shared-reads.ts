import type { Overview } from '../../tasks/log/overview/overview.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import type { TaskCounts } from '../../tasks/log/overview/task-counts.js';
import type { TaskChange } from './change-log.js';

/** Ended tasks of this time are counted. */
const COUNTED_MS = 24 * 60 * 60_000;

/** How much longer than a count the time until the next one is. */
const COUNT_PART = 20;

/** Counts, and when they are made again. */
interface Counted {
  readonly counts: Promise<TaskCounts>;
  /** True: there were changes since. */
  isOld: boolean;
  /** On the clock of `performance`. */
  nextAt: number;
}

interface SharedReadsListener {
  /** Called for each task that was read. */
  readonly onRead: (task: OverviewTask) => void;
  /** Called if old counts were given: they can be made again after so many milliseconds. */
  readonly onLate: (inMs: number) => void;
}

type Found = ReadonlyMap<string, OverviewTask>;

/** Reads for many readers what each of them asks for after the same changes. */
export class SharedReads {
  readonly #overview: Pick<Overview, 'tasks' | 'counts'>;
  readonly #onRead: (task: OverviewTask) => void;
  /** By the number of the change. */
  readonly #tasks = new Map<number, Promise<Found>>();
  readonly #onLate: (inMs: number) => void;
  readonly #counts = new Map<string | undefined, Counted>();

  constructor(overview: Pick<Overview, 'tasks' | 'counts'>, { onRead, onLate }: SharedReadsListener) {
    this.#overview = overview;
    this.#onRead = onRead;
    this.#onLate = onLate;
  }

  async tasks(changes: readonly TaskChange[]): Promise<readonly OverviewTask[]> {
    const wanted = changes.filter(({ removed }) => !removed);
    const unread = wanted.filter(({ number }) => !this.#tasks.has(number));
    if (unread.length > 0) {
      const reading = this.#read(unread.map(({ taskId }) => taskId));
      for (const { number } of unread) this.#tasks.set(number, reading);
    }
    const found: OverviewTask[] = [];
    for (const { number, taskId } of wanted) {
      const task = (await this.#tasks.get(number))?.get(taskId);
      if (task) found.push(task);
    }
    return found;
  }

  /** Counts take longer the more tasks there are, so they are made less often then: they take a twentieth of the time at most. */
  counts(owner: string | undefined): Promise<TaskCounts> {
    const known = this.#counts.get(owner);
    if (known && (!known.isOld || performance.now() < known.nextAt)) {
      if (known.isOld) this.#onLate(known.nextAt - performance.now());
      return known.counts;
    }
    const begun = performance.now();
    const counted: Counted = {
      counts: this.#overview.counts(owner, Date.now() - COUNTED_MS),
      isOld: false,
      nextAt: Number.POSITIVE_INFINITY,
    };
    this.#counts.set(owner, counted);
    counted.counts.then(
      () => {
        const ended = performance.now();
        counted.nextAt = ended + (ended - begun) * COUNT_PART;
      },
      () => this.#counts.delete(owner),
    );
    return counted.counts;
  }

  /** There are further changes. */
  forget(): void {
    this.#tasks.clear();
    for (const counted of this.#counts.values()) counted.isOld = true;
  }

  async #read(ids: readonly string[]): Promise<Found> {
    try {
      const tasks = await this.#overview.tasks(ids);
      for (const task of tasks) this.#onRead(task);
      return new Map(tasks.map((task) => [task.taskId, task]));
    } catch (error) {
      this.#tasks.clear();
      throw error;
    }
  }
}

import type { Overview } from '../../tasks/log/overview/overview.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import type { TaskCounts } from '../../tasks/log/overview/task-counts.js';
import type { TaskChange } from './change-log.js';

/** Ended tasks of this time are counted. */
const COUNTED_MS = 24 * 60 * 60_000;

type Found = ReadonlyMap<string, OverviewTask>;

/** Reads for many readers what each of them asks for after the same changes. */
export class SharedReads {
  readonly #overview: Pick<Overview, 'tasks' | 'counts'>;
  readonly #onRead: (task: OverviewTask) => void;
  /** By the number of the change. */
  readonly #tasks = new Map<number, Promise<Found>>();
  readonly #counts = new Map<string | undefined, Promise<TaskCounts>>();

  /** @param onRead called for each task that was read */
  constructor(overview: Pick<Overview, 'tasks' | 'counts'>, onRead: (task: OverviewTask) => void) {
    this.#overview = overview;
    this.#onRead = onRead;
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

  counts(owner: string | undefined): Promise<TaskCounts> {
    const known = this.#counts.get(owner);
    if (known !== undefined) return known;
    const counting = this.#overview.counts(owner, Date.now() - COUNTED_MS);
    this.#counts.set(owner, counting);
    counting.catch(() => this.#counts.delete(owner));
    return counting;
  }

  /** There are further changes. */
  forget(): void {
    this.#tasks.clear();
    this.#counts.clear();
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

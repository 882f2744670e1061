import type { RemovedTask } from '../../tasks/changes.js';

/** Tasks whose last change is kept. A page that has missed more must read its lists again. */
const MOST_KEPT = 5_000;

/** The last change of a task. */
export interface TaskChange {
  readonly number: number;
  readonly taskId: string;
  /** Set if the task was deleted. */
  readonly removed?: RemovedTask;
}

/** Numbers the changes of tasks in the order in which this process has noticed them. Of each task, the last one is kept. */
export class ChangeLog {
  /** In the order of their numbers. */
  readonly #last = new Map<string, TaskChange>();
  readonly #most: number;
  #number = 0;
  /** Changes up to this number may be forgotten. */
  #forgotten = 0;

  constructor(most = MOST_KEPT) {
    this.#most = most;
  }

  /** The number of the last change. */
  get number(): number {
    return this.#number;
  }

  add(taskId: string, removed?: RemovedTask): void {
    this.#number++;
    this.#last.delete(taskId);
    this.#last.set(taskId, { number: this.#number, taskId, ...(removed && { removed }) });
    if (this.#last.size <= this.#most) return;
    for (const [oldest, { number }] of this.#last) {
      this.#last.delete(oldest);
      this.#forgotten = number;
      break;
    }
  }

  /** There were more changes than can be named: no reader can continue after an earlier one. */
  forgetAll(): void {
    this.#last.clear();
    this.#number++;
    this.#forgotten = this.#number;
  }

  /** True if no change after this number is forgotten. */
  reaches(number: number): boolean {
    return number >= this.#forgotten && number <= this.#number;
  }

  /** The changes after a number, in order. */
  after(number: number, most: number): readonly TaskChange[] {
    if (number >= this.#number) return [];
    const found: TaskChange[] = [];
    for (const change of this.#last.values()) {
      if (change.number <= number) continue;
      found.push(change);
      if (found.length === most) break;
    }
    return found;
  }
}

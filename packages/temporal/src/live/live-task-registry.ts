import { type Deferred, deferred } from '../support/deferred.js';
import type { LiveTask } from './live-task.js';

/** The turns that run in this process, or ended a moment ago. At most one execution of a turn is in it. */
export class LiveTaskRegistry {
  readonly #tasks = new Map<string, LiveTask>();
  readonly #arrivals = new Map<string, Deferred<LiveTask>>();

  /** Adds a turn, until disposed. Throws when that very turn is there already. */
  register(task: LiveTask): Disposable {
    const key = keyOf(task.input.taskId, task.input.turn);
    if (this.#tasks.has(key)) throw new Error(`Turn ${key} runs already in this process.`);
    this.#tasks.set(key, task);
    this.#arrivals.get(key)?.resolve(task);
    this.#arrivals.delete(key);
    return {
      [Symbol.dispose]: () => {
        if (this.#tasks.get(key) === task) this.#tasks.delete(key);
      },
    };
  }

  find(taskId: string, turn: number): LiveTask | undefined {
    return this.#tasks.get(keyOf(taskId, turn));
  }

  /** Resolves with the turn as soon as it runs in this process; perhaps never. */
  arrival(taskId: string, turn: number): Promise<LiveTask> {
    const running = this.find(taskId, turn);
    if (running) return Promise.resolve(running);
    const key = keyOf(taskId, turn);
    const waiting = this.#arrivals.get(key) ?? deferred<LiveTask>();
    this.#arrivals.set(key, waiting);
    return waiting.promise;
  }

  /** Forgets those who wait for a turn that went elsewhere. */
  dropArrival(taskId: string, turn: number): void {
    this.#arrivals.delete(keyOf(taskId, turn));
  }

  /** Turns that are not over. */
  unsettled(): LiveTask[] {
    return [...this.#tasks.values()].filter((task) => !task.settled);
  }

  /** Turns of one task that are not over. */
  unsettledOf(taskId: string): LiveTask[] {
    return this.unsettled().filter((task) => task.input.taskId === taskId);
  }
}

function keyOf(taskId: string, turn: number): string {
  return `${taskId}#${turn}`;
}

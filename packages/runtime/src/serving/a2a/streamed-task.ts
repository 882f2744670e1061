import type { Task } from '@a2a-js/sdk';
import { copyTask, fold } from '../../tasks/events/fold.js';
import type { LoggedEvent } from '../../tasks/events/task-event.js';

/** The largest answer that a stream keeps, in characters of its events' JSON: there may be thousands of streams. */
const MOST_CHARACTERS = 64 * 1024;

/** The task as a stream's events have made it, so that a stream that ends with the whole task need not read it from the log. */
export class StreamedTask {
  #task: Task | undefined;
  #characters = 0;

  /** @param task before the first event. Its history is not kept */
  constructor(task: Task) {
    this.#task = { ...copyTask(task), history: [] };
  }

  add({ event, json }: LoggedEvent): void {
    this.#characters += json.length;
    if (this.#characters > MOST_CHARACTERS) this.#task = undefined;
    if (this.#task) fold(this.#task, event);
  }

  /** The task without its history; undefined if it is too large to be kept. */
  get task(): Task | undefined {
    return this.#task && { ...this.#task, history: [] };
  }
}

import { deferred } from '../support/deferred.js';

/** Turns whose start is on its way to Temporal, by their task. */
export class PendingStarts {
  readonly #starts = new Map<string, PendingStart>();

  get size(): number {
    return this.#starts.size;
  }

  /** A start leaves; it is pending until disposed. */
  begin(taskId: string): PendingStart {
    const start = new PendingStart(() => {
      if (this.#starts.get(taskId) === start) this.#starts.delete(taskId);
    });
    this.#starts.set(taskId, start);
    return start;
  }

  /** Cancels a task whose start is on its way; resolves once that has arrived or failed. False: there is none. */
  async cancel(taskId: string): Promise<boolean> {
    const start = this.#starts.get(taskId);
    if (!start) return false;
    start.canceled = true;
    await start.decided;
    return true;
  }
}

/** The way of one start to Temporal. */
class PendingStart implements Disposable {
  /** The task was canceled meanwhile: Temporal is told once it knows of the task. */
  canceled = false;
  readonly #decision = deferred<void>();
  readonly #onDecided: () => void;

  constructor(onDecided: () => void) {
    this.#onDecided = onDecided;
  }

  get decided(): Promise<void> {
    return this.#decision.promise;
  }

  [Symbol.dispose](): void {
    this.#onDecided();
    this.#decision.resolve();
  }
}

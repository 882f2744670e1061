/** The starts that are under way to Temporal, by their task. */
export class PendingStarts {
  readonly #starts = new Map<string, PendingStart>();

  get size(): number {
    return this.#starts.size;
  }

  /** Adds a start; it is pending until disposed. */
  begin(taskId: string): PendingStart {
    const start = new PendingStart(() => {
      if (this.#starts.get(taskId) === start) this.#starts.delete(taskId);
    });
    this.#starts.set(taskId, start);
    return start;
  }

  /** Cancels a task whose start is under way; resolves once the start has arrived or failed. False: there is none. */
  async cancel(taskId: string): Promise<boolean> {
    const start = this.#starts.get(taskId);
    if (!start) return false;
    start.canceled = true;
    await start.decided;
    return true;
  }
}

/** One start under way to Temporal. */
class PendingStart implements Disposable {
  /** True if the task was canceled meanwhile: the cancel is sent once Temporal has the task. */
  canceled = false;
  readonly #decision = Promise.withResolvers<void>();
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

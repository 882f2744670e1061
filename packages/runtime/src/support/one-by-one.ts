/** Runs pieces of work with the same key one after the other. */
export class OneByOne {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Resolves or rejects as the work does, which begins when all earlier work with this key has ended. */
  async run<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key);
    // A failure belongs to the caller who began that work.
    const own = before === undefined ? work() : before.catch(() => {}).then(work);
    this.#last.set(key, own);
    try {
      return await own;
    } finally {
      if (this.#last.get(key) === own) this.#last.delete(key);
    }
  }
}

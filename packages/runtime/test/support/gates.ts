/** Named places where a played turn waits until the test lets it go on. */
export class Gates {
  readonly #opened = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Lets through whoever waits at the gate, and whoever comes later. */
  open(name: string): void {
    this.#opened.add(name);
    for (const pass of this.#waiting.get(name) ?? []) pass();
    this.#waiting.delete(name);
  }

  /** Resolves when the gate is open; rejects with the signal's reason when it is aborted first. */
  async passed(name: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#opened.has(name)) return;
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting);
    await new Promise<void>((resolve, reject) => {
      waiting.add(resolve);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

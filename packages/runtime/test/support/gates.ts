/** Named gates at which a played turn waits until the test opens them. */
export class Gates {
  readonly #opened = new Set<string>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Opens the gate for turns that wait and for later ones. */
  open(name: string): void {
    this.#opened.add(name);
    for (const pass of this.#waiting.get(name) ?? []) pass();
    this.#waiting.delete(name);
  }

  /** True while a turn waits at the gate. */
  holds(name: string): boolean {
    return this.#waiting.has(name);
  }

  /** Resolves when the gate is open; rejects with the signal's reason if that is aborted first. */
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

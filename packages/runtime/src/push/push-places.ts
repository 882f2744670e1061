/** Of more places that are not reached at once, a process forgets the one that it has known the longest. */
const MOST_PLACES = 1_000;

/** The receivers that this process has not reached since it last tried. Callers name them, so their number is bounded. */
export class UnreachedPlaces {
  readonly #most: number;
  readonly #origins = new Set<string>();

  constructor(most = MOST_PLACES) {
    this.#most = most;
  }

  add(origin: string): void {
    this.#origins.add(origin);
    const [oldest] = this.#origins;
    if (this.#origins.size > this.#most && oldest !== undefined) this.#origins.delete(oldest);
  }

  /** @returns true if it was among them */
  delete(origin: string): boolean {
    return this.#origins.delete(origin);
  }
}

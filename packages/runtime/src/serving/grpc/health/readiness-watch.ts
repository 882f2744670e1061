import { type Clock, wallClock } from '../../../support/clock.js';

/** Whether the server could accept a message. */
export interface Readiness {
  isReady(): Promise<boolean>;
  /**
   * Tells the present state, and each change of it.
   *
   * @param onClose called if the server closes before
   * @returns ends it
   */
  follow(tell: (isReady: boolean) => void, onClose: () => void): () => void;
}

/** The time between two checks while a client follows. Probes of Kubernetes have a period of several seconds. */
const CHECK_MS = 2_000;

/** Followers share the checks, each of which writes to the store. Without any, nothing is checked. */
export class ReadinessWatch implements Readiness {
  readonly #check: () => Promise<boolean>;
  readonly #clock: Pick<Clock, 'after'>;
  /** The last state that each follower has received, and how it is ended. */
  readonly #followers = new Map<(isReady: boolean) => void, { told?: boolean; readonly onClose: () => void }>();
  #cancel = () => {};

  /** @param check tells whether the server is ready; an error means that it is not */
  constructor(check: () => Promise<boolean>, clock: Pick<Clock, 'after'> = wallClock) {
    this.#check = check;
    this.#clock = clock;
  }

  async isReady(): Promise<boolean> {
    return this.#check();
  }

  follow(tell: (isReady: boolean) => void, onClose = () => {}): () => void {
    this.#followers.set(tell, { onClose });
    this.#checkSoon(0);
    return () => {
      this.#followers.delete(tell);
      if (this.#followers.size === 0) this.#cancel();
    };
  }

  /** Ends all followers. */
  close(): void {
    this.#cancel();
    for (const { onClose } of this.#followers.values()) onClose();
    this.#followers.clear();
  }

  #checkSoon(ms: number): void {
    this.#cancel();
    this.#cancel = this.#clock.after(ms, () => void this.#tell());
  }

  async #tell(): Promise<void> {
    const isReady = await this.#check().catch(() => false);
    for (const [tell, follower] of this.#followers) {
      if (follower.told === isReady) continue;
      follower.told = isReady;
      tell(isReady);
    }
    if (this.#followers.size > 0) this.#checkSoon(CHECK_MS);
  }
}

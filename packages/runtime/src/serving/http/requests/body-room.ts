import { type Clock, wallClock } from '../../../support/clock.js';

/** How long a request that arrives slowly may keep room from others. */
const SLOW_MS = 10_000;
/** A smaller body needs no room. */
const SMALL_BYTES = 64 * 1024;

/** Bounds the bytes of the bodies that are read at the same time. A body above some size waits until there is room. */
export class BodyRoom {
  readonly #capacity: number;
  readonly #clock: Pick<Clock, 'after'>;
  #taken = 0;
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  /** False for a small body. */
  static needsRoom(bytes: number): boolean {
    return bytes > SMALL_BYTES;
  }

  constructor(capacity: number, clock: Pick<Clock, 'after'> = wallClock) {
    this.#capacity = capacity;
    this.#clock = clock;
  }

  /**
   * Waits for room, in the order of arrival. A body that is larger than all of the room waits until it is empty.
   *
   * @returns gives the room back; calling it again does nothing. A slow client loses it after ten seconds, so that others can enter.
   */
  async enter(bytes: number): Promise<() => void> {
    if (!BodyRoom.needsRoom(bytes)) return () => {};
    if (this.#waiting.length > 0 || !this.#hasRoom(bytes)) {
      await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
    } else this.#taken += bytes;
    let inside = true;
    const leave = () => {
      if (!inside) return;
      inside = false;
      stopTimer();
      this.#leave(bytes);
    };
    const stopTimer = this.#clock.after(SLOW_MS, leave);
    return leave;
  }

  #hasRoom(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#capacity;
  }

  #leave(bytes: number): void {
    this.#taken -= bytes;
    for (let next = this.#waiting[0]; next && this.#hasRoom(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#taken += next.bytes;
      next.enter();
    }
  }
}

import { orAborted } from '../../support/wait.js';
import type { OwnerTurns } from './owner-turns.js';

/**
 * `behind`: not the first of its lane. `ready`: waits for a slot. `running`: has one. `held`: waits in its lane for turns of other
 * processes. `parked`: the turn may begin in another process. `left`: the turn has ended.
 */
type PlaceState = 'behind' | 'ready' | 'running' | 'held' | 'parked' | 'left';

interface PlaceKey {
  readonly own: OwnerTurns;
  readonly lane: string;
  readonly since: number;
  readonly number: number;
}

/** The queue that a place belongs to. */
interface PlaceQueue {
  hold(place: Place): void;
  park(place: Place): void;
  lineUp(place: Place, since: number): void;
  leave(place: Place): void;
}

/** The place of one turn in the queue of its process: the turn waits or runs. */
export class Place {
  readonly own: OwnerTurns;
  readonly lane: string;
  /** The order in which the turn's message was accepted; unknown until it is stored. */
  since: number;
  readonly number: number;
  state: PlaceState = 'parked';
  readonly #queue: PlaceQueue;
  #granted = () => {};
  #begun: number | undefined;

  constructor({ own, lane, since, number }: PlaceKey, queue: PlaceQueue) {
    this.own = own;
    this.lane = lane;
    this.since = since;
    this.number = number;
    this.#queue = queue;
  }

  /** How long the turn has run, in milliseconds; undefined if it has not begun. */
  get ranMs(): number | undefined {
    return this.#begun === undefined ? undefined : performance.now() - this.#begun;
  }

  /**
   * Waits until the turn may begin. If the signal is aborted first, the place is left at once.
   *
   * @param since the order in which the log has accepted the turn
   * @returns false if the signal was aborted
   */
  async begin(signal: AbortSignal, since = this.since): Promise<boolean> {
    try {
      signal.throwIfAborted();
      this.#queue.lineUp(this, since);
      await this.#whenGranted(signal);
      this.#begun = performance.now();
      return true;
    } catch {
      this.leave();
      return false;
    }
  }

  /** Gives the turn a slot. */
  grant(): void {
    this.state = 'running';
    this.#granted();
  }

  /**
   * The turn must wait for turns of other processes: it gives its slot back, and keeps its place in its lane until the next
   * {@link begin}.
   */
  hold(): void {
    this.#begun = undefined;
    this.#queue.hold(this);
  }

  /** The turn may begin in another process: it holds no slot and keeps no other turn waiting, but counts as waiting. */
  park(): void {
    this.#queue.park(this);
  }

  /** The turn has ended, or does not begin. Calling it again does nothing. */
  leave(): void {
    this.#queue.leave(this);
  }

  async #whenGranted(signal: AbortSignal): Promise<void> {
    if (this.state === 'running') return;
    const granted = new Promise<void>((resolve) => {
      this.#granted = resolve;
    });
    await orAborted(granted, signal);
  }
}

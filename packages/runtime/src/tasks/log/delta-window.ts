import { performance } from 'node:perf_hooks';
import { type Clock, monotonicClock } from '../../support/clock.js';

/** Deltas wait at most this long while the event loop has time to spare. */
const SHORTEST_MS = 25;
/** The longest that they wait while it has none. */
const LONGEST_MS = 250;
/** If the event loop was busy for a larger share of the time, the next window is twice as long. */
const BUSY = 0.85;
/** If it was busy for a smaller share, the next window is half as long. */
const IDLE = 0.4;
/** How long gathering may block the event loop. */
const GATHER_MS = 5;

/** A turn with deltas that are to be written. */
export interface Gatherer {
  /** Hands the deltas to the log. Called once, although it may have been added several times. */
  gather(): void;
}

/**
 * The time in which all turns of a process gather deltas, which are then written together. If the event loop is busy, it becomes
 * longer: there are then fewer and larger events to write, and to send to readers.
 */
export class DeltaWindow {
  readonly #clock: Clock;
  readonly #busyShare: () => number;
  readonly #waiting = new Set<Gatherer>();
  #ms = SHORTEST_MS;
  #isOpen = false;
  #closedAt = Number.NEGATIVE_INFINITY;

  /** @param busyShare the share of the time since its last call in which the event loop was busy, 0 to 1 */
  constructor(clock: Clock = monotonicClock, busyShare = loopUtilization()) {
    this.#clock = clock;
    this.#busyShare = busyShare;
  }

  /** Has `gather` called at the end of the present window. */
  add(gatherer: Gatherer): void {
    this.#waiting.add(gatherer);
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#ms = this.#nextMs();
    this.#clock.after(this.#ms, () => this.#close());
  }

  delete(gatherer: Gatherer): void {
    this.#waiting.delete(gatherer);
  }

  #nextMs(): number {
    const share = this.#busyShare();
    // After a pause, the share says nothing of what begins now.
    if (this.#clock.now() - this.#closedAt > LONGEST_MS) return SHORTEST_MS;
    if (share > BUSY) return Math.min(this.#ms * 2, LONGEST_MS);
    return share < IDLE ? Math.max(this.#ms / 2, SHORTEST_MS) : this.#ms;
  }

  #close(): void {
    const begun = performance.now();
    for (const gatherer of this.#waiting) {
      if (performance.now() - begun > GATHER_MS) return void setImmediate(() => this.#close());
      this.#waiting.delete(gatherer);
      gatherer.gather();
    }
    this.#isOpen = false;
    this.#closedAt = this.#clock.now();
  }
}

function loopUtilization(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const before = last;
    last = performance.eventLoopUtilization();
    return performance.eventLoopUtilization(last, before).utilization;
  };
}

import { type Clock, pause, wallClock } from '../../support/clock.js';

/** All in milliseconds. */
export interface LinkTiming {
  /** Between two heartbeats. */
  readonly heartbeatMs: number;
  /** The least distance of announced heartbeats, so that a burst of tasks causes no burst of calls. */
  readonly gapMs: number;
  /** The wait after the first failure; doubled after each further one. */
  readonly retryMs: number;
  readonly mostRetryMs: number;
  /** The time without contact after which the platform forgets a workspace, which must then register again. */
  readonly forgottenMs: number;
}

export const LINK_TIMING: LinkTiming = {
  heartbeatMs: 30_000,
  gapMs: 500,
  retryMs: 1_000,
  mostRetryMs: 60_000,
  forgottenMs: 180_000,
};

export interface LinkPaceOptions {
  readonly timing?: LinkTiming | undefined;
  readonly clock?: Clock | undefined;
  /** 0 to 1, for the jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The waits between two calls of the link. An announcement ends a wait early, unless the platform is unreachable. */
export class LinkPace {
  readonly timing: LinkTiming;
  readonly #clock: Clock;
  readonly #random: () => number;
  #announced = false;
  #wake: () => void = () => {};

  constructor({ timing = LINK_TIMING, clock = wallClock, random = Math.random }: LinkPaceOptions) {
    this.timing = timing;
    this.#clock = clock;
    this.#random = random;
  }

  now(): number {
    return this.#clock.now();
  }

  announce(): void {
    this.#announced = true;
    this.#wake();
  }

  /** Called before a heartbeat is built: it reports everything that was announced so far. */
  clearAnnouncements(): void {
    this.#announced = false;
  }

  /** Waits for the next heartbeat, or for an announcement. Two heartbeats keep their least distance. */
  async waitForHeartbeat(signal: AbortSignal): Promise<void> {
    const { heartbeatMs, gapMs } = this.timing;
    if (this.#announced) return pause(this.#clock, gapMs, signal);
    const begun = this.#clock.now();
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await pause(this.#clock, heartbeatMs, AbortSignal.any([signal, woken.signal]));
    this.#wake = () => {};
    // At most `gapMs`, even if the system clock was set back meanwhile.
    const rest = Math.min(gapMs, gapMs - (this.#clock.now() - begun));
    if (rest > 0) await pause(this.#clock, rest, signal);
  }

  /** Waits before the next try after a number of failures, and no shorter than the platform requested. */
  waitForRetry(failures: number, retryAfterMs: number, signal: AbortSignal): Promise<void> {
    const { retryMs, mostRetryMs } = this.timing;
    const backoff = Math.min(mostRetryMs, retryMs * 2 ** Math.min(30, failures - 1));
    const random = this.#random();
    // 25% jitter spreads the calls of many workspaces, and keeps an hour of outage below 80 calls.
    const own = backoff * (0.75 + random * 0.25);
    const ms = retryAfterMs > own ? retryAfterMs * (1 + random * 0.25) : own;
    return pause(this.#clock, ms, signal);
  }
}

import type { AbortReason } from '@molecule/adapters';
import type { Clock } from '../../support/clock.js';
import { inWords } from '../../support/in-words.js';
import { MAX_TIMER_MS } from '../../support/wait.js';

/** How long a turn may take; milliseconds. */
export interface TurnLimits {
  /** Without any event of the engine (`MOLECULE_TURN_IDLE_TIMEOUT`). */
  readonly idleMs: number;
  /** In all (`MOLECULE_TURN_TIMEOUT`). */
  readonly totalMs: number;
}

/** A turn ran out of time; `failureCode` says by which limit. */
export interface DeadlineReason extends AbortReason {
  readonly code: 'deadline';
  readonly failureCode: 'TURN_TIMEOUT' | 'TURN_IDLE_TIMEOUT';
}

/** If a timer fires this much too late, the process stood still; a busy event loop is never that late. */
const FROZEN_MS = 5_000;

/**
 * Ends a turn that exceeds its limits. The clock runs while the engine works: it does not run while the turn waits in its lane
 * or while the engine waits for a place in a pool (event `waiting`). Between two attempts only the limit in all counts.
 */
export class TurnClock {
  readonly #limits: TurnLimits;
  readonly #clock: Clock;
  readonly #onExpired: (reason: DeadlineReason) => void;
  readonly #isHeld: () => boolean;
  /** Milliseconds that the engine worked before the current stretch. */
  #workedMs = 0;
  /** When the current stretch began; undefined while the clock stands. */
  #since: number | undefined;
  /** Time of the engine's last event; undefined while none is expected. */
  #heardAt: number | undefined;
  #stopTimer = () => {};
  /** When the timer is due. */
  #dueAt = 0;
  #over = false;

  /** @param isHeld true while the engine may be waiting for storage in trouble: no limit then ends the turn */
  constructor(
    limits: TurnLimits,
    clock: Clock,
    onExpired: (reason: DeadlineReason) => void,
    isHeld: () => boolean = () => false,
  ) {
    this.#isHeld = isHeld;
    this.#limits = limits;
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Called when the engine is asked, yields an event, or may continue after a wait for storage. */
  heard(): void {
    if (this.#over) return;
    const now = this.#clock.now();
    const stood = this.#since === undefined || this.#heardAt === undefined;
    this.#since ??= now;
    this.#heardAt = now;
    // While the clock runs, its timer checks for new events itself, so that thousands of events set no thousands of timers.
    if (stood) this.#arm(now);
  }

  /** Called when the engine begins to work: the time before was waiting and does not count. */
  begins(): void {
    this.#workedMs = 0;
    this.#since = undefined;
    this.heard();
  }

  /** Called when the engine waits for a place in a pool: no time counts until its next event. */
  stand(): void {
    if (this.#since !== undefined) this.#workedMs += this.#clock.now() - this.#since;
    this.#since = undefined;
    this.#heardAt = undefined;
    this.#stopTimer();
  }

  /** Called between two attempts: the turn's time counts, silence does not. */
  betweenAttempts(): void {
    if (this.#over || this.#since === undefined) return;
    this.#heardAt = undefined;
    this.#arm(this.#clock.now());
  }

  stop(): void {
    this.#over = true;
    this.#stopTimer();
  }

  #arm(now: number): void {
    this.#stopTimer();
    const { idleMs, totalMs } = this.#limits;
    const left = totalMs - this.#workedMs - (now - (this.#since ?? now));
    const quiet = this.#heardAt === undefined ? left : idleMs - (now - this.#heardAt);
    const wait = Math.max(1, Math.min(left, quiet, MAX_TIMER_MS));
    this.#dueAt = now + wait;
    this.#stopTimer = this.#clock.after(wait, () => this.#look());
  }

  #look(): void {
    if (this.#over || this.#since === undefined) return;
    const now = this.#clock.now();
    const { idleMs, totalMs } = this.#limits;
    this.#forgive(now - this.#dueAt);
    if (this.#isHeld()) {
      this.#workedMs = 0;
      this.#since = now;
      if (this.#heardAt !== undefined) this.#heardAt = now;
      this.#arm(now);
      return;
    }
    if (this.#workedMs + now - this.#since >= totalMs) this.#expire('TURN_TIMEOUT');
    else if (this.#heardAt !== undefined && now - this.#heardAt >= idleMs) this.#expire('TURN_IDLE_TIMEOUT');
    else this.#arm(now);
  }

  /** Time in which the process was frozen or the machine slept does not count: the engine's events are still unread. */
  #forgive(lateMs: number): void {
    if (lateMs < FROZEN_MS || this.#since === undefined) return;
    this.#since += lateMs;
    if (this.#heardAt !== undefined) this.#heardAt = this.#clock.now();
  }

  #expire(failureCode: DeadlineReason['failureCode']): void {
    this.stop();
    const { idleMs, totalMs } = this.#limits;
    const message =
      failureCode === 'TURN_TIMEOUT'
        ? `The agent did not answer within ${inWords(totalMs)} (MOLECULE_TURN_TIMEOUT).`
        : `The agent gave no sign of life for ${inWords(idleMs)} (MOLECULE_TURN_IDLE_TIMEOUT).`;
    this.#onExpired({ code: 'deadline', message, failureCode });
  }
}

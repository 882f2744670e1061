import type { AbortReason } from '@molecule/adapters';
import type { Clock } from '../platform/clock.js';
import { MAX_TIMER_MS } from './max-timer.js';

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

/** A timer that comes so much too late tells that the process stood still. A busy event loop is no excuse. */
const FROZEN_MS = 5_000;

/**
 * The one clock of a turn. It runs while the engine works: not while the turn waits in its lane, not while the engine waits
 * for a place of its own (it says so by the event `waiting`), and its limit of silence not between two attempts.
 */
export class TurnClock {
  readonly #limits: TurnLimits;
  readonly #clock: Clock;
  readonly #onExpired: (reason: DeadlineReason) => void;
  readonly #isHeld: () => boolean;
  /** Milliseconds that the engine has worked before the present stretch. */
  #workedMs = 0;
  /** When the present stretch began; undefined while the clock stands. */
  #since: number | undefined;
  /** When the engine was last heard; undefined while it is not expected to say anything. */
  #heardAt: number | undefined;
  #stopTimer = () => {};
  /** When the timer is due. */
  #dueAt = 0;
  #over = false;

  /** @param isHeld true while the engine may have to wait for storage in trouble: no limit ends the turn then */
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

  /** The engine is asked, says something, or may go on after it had to wait for storage; the clock runs. */
  heard(): void {
    if (this.#over) return;
    const now = this.#clock.now();
    const stood = this.#since === undefined || this.#heardAt === undefined;
    this.#since ??= now;
    this.#heardAt = now;
    // While the clock runs, its timer looks itself whether there was a word: thousands of them set no thousands of timers.
    if (stood) this.#arm(now);
  }

  /** The engine begins only now: what came before was waiting. */
  begins(): void {
    this.#workedMs = 0;
    this.#since = undefined;
    this.heard();
  }

  /** The engine waits for a place of its own: nothing counts until it is heard again. */
  stand(): void {
    if (this.#since !== undefined) this.#workedMs += this.#clock.now() - this.#since;
    this.#since = undefined;
    this.#heardAt = undefined;
    this.#stopTimer();
  }

  /** The engine is not at work, and the turn is: its time counts, silence does not. */
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

  /** A process that was frozen, or a machine that slept, had no time: what the engine says meanwhile is still to be read. */
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

/** A length of time for people: `90 seconds`, `10 minutes`, `24 hours`. */
export function inWords(ms: number): string {
  const units = [
    [3_600_000, 'hours'],
    [60_000, 'minutes'],
  ] as const;
  for (const [size, name] of units) if (ms >= 2 * size && ms % size === 0) return `${ms / size} ${name}`;
  return ms < 1_000 ? `${ms} milliseconds` : `${Math.round(ms / 1_000)} seconds`;
}

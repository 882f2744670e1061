import type { Logger } from '@molecule/adapters';
import { type Clock, monotonicClock } from '../../support/clock.js';
import { Answers } from './answers.js';
import { StorageError } from './storage-error.js';
import { type StorageTrouble, storageTrouble } from './storage-trouble.js';

/** Milliseconds until the second try, doubled for each further one. Another process mostly holds a lock no longer than this. */
const FIRST_DELAY_MS = 2;
/** The longest time between two tries. Kept work is written at most this long after the trouble has ended. */
const MOST_DELAY_MS = 500;
/** A shorter lock is not logged: another process is writing. */
const LOCK_LOGGED_MS = 1_000;

/** How often the gate checks whether the trouble has ended, if no work does. */
const PROBE_MS = 1_000;

/** How long work waits while the storage is in trouble. */
export interface Patience {
  /** Milliseconds since the trouble began, for what mostly ends by itself, such as a lock of another process. */
  readonly lockedMs: number;
  /** The same for any other trouble; a full disk is seldom freed within seconds. */
  readonly otherMs: number;
  /** Called once, if the work has to wait. */
  readonly onHeld?: () => void;
}

/** For work that a caller awaits: a lock may last some seconds; any other trouble is reported at once. */
export const CALLER: Patience = { lockedMs: 20_000, otherMs: 0 };
/** For the output of a turn: it is kept until it can be written. */
export const TURN: Patience = { lockedMs: Number.POSITIVE_INFINITY, otherMs: Number.POSITIVE_INFINITY };
/** For all work once the process ends. */
const CLOSING: Patience = { lockedMs: 2_000, otherMs: 0 };
/** For work that is repeated anyway. */
export const ONCE: Patience = { lockedMs: 0, otherMs: 0 };

export interface StorageGateOptions {
  readonly logger: Logger;
  /** What is not possible during trouble, for the log: "written", "read". */
  readonly verb: string;
  /** The database, for the log and for errors. */
  readonly place: string;
  /** The effect of trouble, for the log. */
  readonly effect?: string;
  readonly clock?: Clock;
  /** Checks whether the trouble has ended, if no work does. */
  readonly probe?: () => Promise<void>;
  /** False: work can succeed during the trouble, so a success does not end it. Default: always true. */
  readonly mayBeOver?: () => boolean;
}

/**
 * All work on a database passes a gate. If work fails for a reason of the storage, it is tried again as long as its patience
 * lasts, without blocking the event loop. During trouble one piece of work at a time tries, and the others wait for its result.
 * The gate logs the first cause when the trouble begins, and once more when it has ended.
 */
export class StorageGate {
  readonly #options: StorageGateOptions;
  readonly #clock: Clock;
  /** Work that waits while other work tries, in order. */
  readonly #waiting: Waiter[] = [];
  /** The work that tries, until its next try. */
  readonly #pausing: Waiter[] = [];
  readonly #held = new Set<object>();
  #trouble: (StorageTrouble & { readonly since: number }) | undefined;
  #logged = false;
  readonly #answers: Answers;
  #trying: object | undefined;
  #closing = false;
  #stopProbing = () => {};

  constructor(options: StorageGateOptions) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
    this.#answers = new Answers(this.#clock, CLOSING.lockedMs);
  }

  /** The present trouble, if it was logged. */
  get trouble(): StorageTrouble | undefined {
    return this.#logged ? this.#trouble : undefined;
  }

  /**
   * Runs `work` now, or as soon as the storage allows it.
   *
   * @param work is run again from its beginning after a failure, so a failed run must have no effect
   * @throws {StorageError} when the patience ends, with the first cause; any other error of `work`
   */
  async run<Value>(work: () => Promise<Value>, patience: Patience): Promise<Value> {
    const me = {};
    let delay = FIRST_DELAY_MS;
    try {
      for (;;) {
        if (this.#trouble && this.#trying !== undefined && this.#trying !== me) {
          this.#hold(me, patience);
          this.#throwIfOver(patience);
          await this.#wait(me, this.#waiting, this.#restOf(patience));
          continue;
        }
        if (this.#trouble) this.#trying = me;
        try {
          const value = await this.#answers.of(work(), () => this.#noAnswer());
          this.#succeeded(me);
          return value;
        } catch (error) {
          const trouble = isUnanswered(error) ? undefined : storageTrouble(error);
          if (!trouble) throw error;
          this.#failed(trouble);
        }
        this.#trying ??= me;
        this.#hold(me, patience);
        this.#throwIfOver(patience);
        await this.#wait(me, this.#pausing, Math.min(delay, this.#restOf(patience)));
        delay = Math.min(delay * 2, MOST_DELAY_MS);
        this.#passOn(me);
      }
    } finally {
      this.#held.delete(me);
      this.#passOn(me);
    }
  }

  /** Reports trouble that was not found by a failed try. */
  report(trouble: StorageTrouble): void {
    this.#failed(trouble);
  }

  /** For a process that ends: from now on work waits at most two seconds for a lock or an answer, and for nothing else. */
  giveUp(): void {
    this.#closing = true;
    this.#answers.close();
    this.#stopProbing();
    this.#wakeAll();
  }

  #hold(me: object, { onHeld }: Patience): void {
    if (this.#held.has(me)) return;
    this.#held.add(me);
    onHeld?.();
  }

  #restOf(patience: Patience): number {
    const { lockedMs, otherMs } = this.#closing ? CLOSING : patience;
    const { locked = false, since = 0 } = this.#trouble ?? {};
    return Math.max(0, since + (locked ? lockedMs : otherMs) - this.#clock.now());
  }

  #throwIfOver(patience: Patience): void {
    if (this.#trouble && this.#restOf(patience) <= 0) throw this.#error(this.#trouble);
  }

  #error({ code, cause, error }: StorageTrouble): StorageError {
    const { verb, place } = this.#options;
    return new StorageError(code, `${place} cannot be ${verb}: ${cause}.`, { cause: error });
  }

  /** Whether the work has taken effect is not known, and cannot be found out now. */
  #noAnswer(): StorageError {
    const message = `${this.#options.place} gave no answer before the end of the process.`;
    const hasTakenEffect = () => Promise.reject(this.#noAnswer());
    return new StorageError('STORAGE_UNAVAILABLE', message, { hasTakenEffect });
  }

  #failed(trouble: StorageTrouble): void {
    const before = this.#trouble;
    // A lock during other trouble is not a new cause.
    if (!before || (before.locked && !trouble.locked)) {
      this.#trouble = { ...trouble, since: before?.since ?? this.#clock.now() };
    }
    const now = this.#trouble;
    if (!now || this.#logged || (now.locked && this.#clock.now() - now.since < LOCK_LOGGED_MS)) return;
    this.#logged = true;
    const { logger, verb, place, effect } = this.#options;
    logger.error(`storage trouble: ${place} cannot be ${verb}${effect === undefined ? '' : `; ${effect}`}`, {
      code: now.code,
      cause: now.cause,
    });
    this.#probeLater();
  }

  #probeLater(): void {
    const { probe } = this.#options;
    if (!probe || this.#closing) return;
    this.#stopProbing = this.#clock.after(PROBE_MS, () => {
      // `run` has logged the result.
      this.run(probe, ONCE)
        .catch(() => {})
        .finally(() => {
          if (this.#logged) this.#probeLater();
        });
    });
  }

  #succeeded(me: object): void {
    this.#held.delete(me);
    if (!this.#trouble) return;
    // Larger work may still not fit, so the trouble ends only when no work waits.
    if (this.#held.size === 0 && (this.#options.mayBeOver?.() ?? true)) this.#ended();
    this.#wakeAll();
  }

  #ended(): void {
    const { trouble } = this;
    const seconds = Math.round((this.#clock.now() - (this.#trouble?.since ?? 0)) / 1000);
    this.#trouble = undefined;
    this.#logged = false;
    if (!trouble) return;
    const { logger, verb, place } = this.#options;
    logger.info(`storage trouble is over: ${place} can be ${verb} again`, { code: trouble.code, seconds });
  }

  async #wait(me: object, list: Waiter[], ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      let cancel = () => {};
      const waiter: Waiter = {
        me,
        wake() {
          cancel();
          const index = list.indexOf(waiter);
          if (index >= 0) list.splice(index, 1);
          resolve();
        },
      };
      list.push(waiter);
      if (Number.isFinite(ms)) cancel = this.#clock.after(ms, waiter.wake);
    });
  }

  /** After a failed try, the next work tries: its writes may be smaller. */
  #passOn(me: object): void {
    if (this.#trying !== me) return;
    const next = this.#waiting[0];
    this.#trying = next?.me;
    next?.wake();
  }

  #wakeAll(): void {
    for (const { wake } of [...this.#waiting, ...this.#pausing]) wake();
  }
}

function isUnanswered(error: unknown): boolean {
  return StorageError.is(error) && error.hasTakenEffect !== undefined;
}

interface Waiter {
  readonly me: object;
  wake(): void;
}

import type { Logger } from '@molecule/adapters';
import { type StorageClock, SYSTEM_CLOCK } from './clock.js';
import { StorageError } from './storage-error.js';
import { type StorageTrouble, storageTrouble } from './storage-trouble.js';

/** Milliseconds until the second try; doubled for each further one. A lock of another process mostly lasts that long. */
const FIRST_DELAY_MS = 2;
/** Milliseconds, at most, between two tries: so long after the trouble has ended the last of what was kept is written. */
const MOST_DELAY_MS = 500;
/** A lock is no trouble yet: another process writes. One that lasts so long is told. */
const LOCK_TOLD_MS = 1_000;

/** How often it is tried whether trouble is over while nothing else tries. */
const PROBE_MS = 1_000;

/** How long something waits for storage that is in trouble. */
export interface Patience {
  /** Milliseconds, since the trouble began, that are waited for a lock of another process. */
  readonly lockedMs: number;
  /** The same for any other trouble; a full disk is seldom emptied in seconds. */
  readonly otherMs: number;
  /** Told once when it has to wait. */
  readonly onHeld?: () => void;
}

/** For what a caller waits for. A lock may last some seconds; of anything else the caller is told at once. */
export const CALLER: Patience = { lockedMs: 20_000, otherMs: 0 };
/** For what a turn has said and done: it is kept until it can be written. */
export const TURN: Patience = { lockedMs: Number.POSITIVE_INFINITY, otherMs: Number.POSITIVE_INFINITY };
/** For everything, once the process ends. */
const CLOSING: Patience = { lockedMs: 2_000, otherMs: 0 };
/** For a look that is repeated anyway. */
export const ONCE: Patience = { lockedMs: 0, otherMs: 0 };

export interface StorageGateOptions {
  readonly logger: Logger;
  /** What cannot be done while there is trouble, for the log: "written", "read". */
  readonly verb: string;
  /** Where, for the log and for errors. */
  readonly place: string;
  /** What follows from trouble, for the log. */
  readonly effect?: string;
  readonly clock?: StorageClock;
  /** Finds out whether the trouble is over while nothing else tries. */
  readonly probe?: () => Promise<void>;
  /** False: what was just done is possible in spite of the trouble, and says nothing of its end. Default: never. */
  readonly mayBeOver?: () => boolean;
}

/**
 * Where everything passes that storage may keep waiting. What fails for a reason of the storage is tried again, without
 * blocking the event loop, for as long as its patience lasts. While there is trouble one at a time tries, and the others
 * wait for what it finds. The log tells the first cause, once when trouble begins and once when it has ended.
 */
export class StorageGate {
  readonly #options: StorageGateOptions;
  readonly #clock: StorageClock;
  /** Those who wait while another tries, in order. */
  readonly #waiting: Waiter[] = [];
  /** Who tries, until its next try. */
  readonly #pausing: Waiter[] = [];
  readonly #held = new Set<object>();
  #trouble: (StorageTrouble & { readonly since: number }) | undefined;
  #told = false;
  #trying: object | undefined;
  #closing = false;
  #stopProbing = () => {};

  constructor(options: StorageGateOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** The trouble that there is, once it is worth telling. */
  get trouble(): StorageTrouble | undefined {
    return this.#told ? this.#trouble : undefined;
  }

  /**
   * Does `work` now, or as soon as storage allows it.
   *
   * @param work it is done again from its beginning after a failure, so a failed try must have no effect
   * @throws {StorageError} when patience ends, with the first cause; whatever else `work` throws
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
          const value = await work();
          this.#succeeded(me);
          return value;
        } catch (error) {
          const trouble = storageTrouble(error);
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

  /** Tells of trouble that was found without trying, say because the file is not where it was. */
  report(trouble: StorageTrouble): void {
    this.#failed(trouble);
  }

  /** The process ends: from now on nothing waits any more, but two seconds for a lock. */
  giveUp(): void {
    this.#closing = true;
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

  #failed(trouble: StorageTrouble): void {
    const before = this.#trouble;
    // A lock that comes between says nothing new of a full disk.
    if (!before || (before.locked && !trouble.locked)) {
      this.#trouble = { ...trouble, since: before?.since ?? this.#clock.now() };
    }
    const now = this.#trouble;
    if (!now || this.#told || (now.locked && this.#clock.now() - now.since < LOCK_TOLD_MS)) return;
    this.#told = true;
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
      // What it finds, it has told.
      this.run(probe, ONCE)
        .catch(() => {})
        .finally(() => {
          if (this.#told) this.#probeLater();
        });
    });
  }

  #succeeded(me: object): void {
    this.#held.delete(me);
    if (!this.#trouble) return;
    // Something larger than what was just written may still not fit.
    if (this.#held.size === 0 && (this.#options.mayBeOver?.() ?? true)) this.#ended();
    this.#wakeAll();
  }

  #ended(): void {
    const { trouble } = this;
    const seconds = Math.round((this.#clock.now() - (this.#trouble?.since ?? 0)) / 1000);
    this.#trouble = undefined;
    this.#told = false;
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

  /** Whoever has tried in vain lets the next one try: what it has to write may be smaller. */
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

interface Waiter {
  readonly me: object;
  wake(): void;
}

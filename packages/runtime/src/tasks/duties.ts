import { type Clock, pause, repeat, wallClock } from '../support/clock.js';
import { within } from '../support/wait.js';
import { BootLoss, type Boots } from './boots.js';
import type { Changes } from './changes.js';
import type { DutyStore } from './log/duty-store.js';
import { StorageError } from './storage/storage-error.js';

/** How often a boot that has a duty makes sure that the store says so: the store may have been replaced. */
const MAKE_SURE_MS = 2_000;
/** How long work that has ended by itself, or failed, is left before it begins again. */
const AGAIN_MS = 1_000;

/** How long a stop waits for the end of the work. */
const STOP_MS = 2_000;

/** Reasons of their own save the stack trace of a default one. */
const LOST = 'the duty was lost';
const STOPPED = 'stopped';

/** A duty that this process has. */
export interface HeldDuty {
  /** Aborted when the duty is lost, or left because of a stop: the work must end then. */
  readonly signal: AbortSignal;
  /** Looks at the lease first, so that it is exact after a standstill, too. Ask it before each step that others would see. */
  readonly isHeld: boolean;
}

/** The work of a duty. It resolves when nothing of it is under way any more, soon after the signal is aborted. */
export type DutyWork = (duty: HeldDuty) => Promise<void>;

/**
 * What one living boot of a workspace does for all, by name. A boot that dies loses its duties as it loses its turns: it has stopped by
 * the time when others count it as dead, and then another one takes them.
 */
export class Duties {
  readonly #store: DutyStore;
  readonly #boots: Boots;
  readonly #changes: Changes;
  readonly #clock: Clock;
  readonly #held = new Set<AbortController>();
  readonly #loss: BootLoss;

  constructor(store: DutyStore, boots: Boots, changes: Changes, clock: Clock = wallClock) {
    this.#store = store;
    this.#boots = boots;
    this.#changes = changes;
    this.#clock = clock;
    this.#loss = new BootLoss(boots, () => {
      for (const held of this.#held) held.abort(LOST);
    });
  }

  /** Takes a duty, or finds that this boot has it. False while another living boot has it. @throws {StorageError} */
  async take(name: string): Promise<boolean> {
    // The next boot has no lease yet, so others would count it as dead.
    return !this.#loss.isLost && (await this.#store.take(name, this.#boots));
  }

  /** Leaves a duty to other boots, which take it at once. */
  async leave(name: string): Promise<void> {
    await this.#leave(name, this.#boots.id);
  }

  /**
   * Does the work of a duty whenever this process has it, and tries to take it whenever no living boot has it.
   *
   * @param onError called with the error of work that failed, which is then begun again
   * @returns what ends it: resolves when the work has ended and the duty is left, after 2 s at the latest
   */
  hold(name: string, work: DutyWork, onError: (error: unknown) => void): () => Promise<void> {
    const stopping = new AbortController();
    const held = this.#hold(name, work, onError, stopping.signal);
    return () => {
      stopping.abort(STOPPED);
      // A store that gives no answer holds no stop up.
      return within(held, STOP_MS, () => {});
    };
  }

  async #hold(name: string, work: DutyWork, onError: (error: unknown) => void, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const changed = this.#changes.wait({ kind: 'duty', taskId: name }, stopping);
      try {
        // Asked first: after a standstill, this is what finds the loss.
        const { id } = this.#boots;
        if (await this.take(name)) {
          await this.#do(name, id, work, stopping);
          await pause(this.#clock, AGAIN_MS, stopping);
        } else await changed;
      } catch (error) {
        // Storage trouble is in the log already.
        if (!StorageError.is(error)) onError(error);
        await pause(this.#clock, AGAIN_MS, stopping);
      }
    }
  }

  async #do(name: string, boot: string, work: DutyWork, stopping: AbortSignal): Promise<void> {
    const { signal, end } = this.#begin(stopping);
    const isHeld = () => this.#boots.id === boot && !this.#loss.isLost && !signal.aborted;
    const stopMakingSure = repeat(this.#clock, MAKE_SURE_MS, () => this.#makeSure(name, end));
    try {
      const duty = {
        signal,
        get isHeld() {
          return isHeld();
        },
      };
      // The lease may have ended while the duty was taken.
      if (isHeld()) await work(duty);
    } finally {
      stopMakingSure();
      end(STOPPED);
      // Not needed: the duty of a boot that has ended goes to the next one that looks for it.
      await this.#leave(name, boot).catch(() => {});
    }
  }

  #begin(stopping: AbortSignal): { readonly signal: AbortSignal; readonly end: (reason: string) => void } {
    const held = new AbortController();
    const stop = () => end(STOPPED);
    const end = (reason: string) => {
      held.abort(reason);
      this.#held.delete(held);
      stopping.removeEventListener('abort', stop);
    };
    this.#held.add(held);
    if (stopping.aborted) stop();
    else stopping.addEventListener('abort', stop);
    return { signal: held.signal, end };
  }

  async #makeSure(name: string, end: (reason: string) => void): Promise<void> {
    // While the store cannot be asked, the lease says whether the duty is held.
    const isHeld = await this.take(name).catch(() => true);
    if (!isHeld) end(LOST);
  }

  async #leave(name: string, boot: string): Promise<void> {
    await this.#store.leave(name, boot);
    this.#changes.publish(name, 'duty');
  }
}

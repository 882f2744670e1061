import { repeat, wallClock } from '../../support/clock.js';
import type { Changes } from '../changes.js';
import type { Claim } from './records.js';
import type { TaskFeed } from './task-feed.js';
import type { TaskReader } from './task-reader.js';

/** Milliseconds between two checks of all claims. They find the changes of other processes. */
const CHECK_MS = 500;

/** Receives what happens to a watched claim. Its methods must not throw. */
export interface ClaimObserver {
  /** The claim is not the task's latest one. Undefined: the log does not hold the task. */
  lost(now: Claim | undefined): void;
  /** The claim could not be read; the next check tries again. */
  unread(error: unknown): void;
}

/**
 * Watches the claims of all turns that this process runs, with one query for many of them: at a change of such a task, and all
 * of them twice a second.
 */
export class ClaimWatch {
  readonly #read: TaskReader;
  readonly #feed: TaskFeed;
  readonly #watched = new Map<string, { readonly fence: number; readonly observer: ClaimObserver }>();
  readonly #changed = new Set<string>();
  #stop: (() => void) | undefined;

  constructor(read: TaskReader, changes: Changes, feed: TaskFeed) {
    this.#read = read;
    this.#feed = feed;
    changes.subscribe('turn', (taskId) => {
      if (!this.#watched.has(taskId)) return;
      if (this.#changed.size === 0) setImmediate(() => void this.#checkChanged());
      this.#changed.add(taskId);
    });
  }

  /** Watches a claim until the returned function is called. */
  watch(taskId: string, fence: number, observer: ClaimObserver): () => void {
    const watched = { fence, observer };
    this.#watched.set(taskId, watched);
    this.#feed.watch(taskId);
    this.#stop ??= repeat(wallClock, CHECK_MS, () => this.#check([...this.#watched.keys()]));
    return () => {
      if (this.#watched.get(taskId) === watched) {
        this.#watched.delete(taskId);
        this.#feed.leave(taskId);
      }
      if (this.#watched.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  /** A turn that has ended in this process has ended its watch by now, so its own last change causes no query. */
  async #checkChanged(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    await this.#check(changed);
  }

  async #check(taskIds: readonly string[]): Promise<void> {
    const watched = taskIds.flatMap((id) => this.#watched.get(id) ?? []);
    if (watched.length === 0) return;
    try {
      const claims = await this.#read.claimsOf(taskIds);
      for (const id of taskIds) this.#compare(id, claims.get(id));
    } catch (error) {
      for (const { observer } of watched) observer.unread(error);
    }
  }

  #compare(taskId: string, now: Claim | undefined): void {
    const watched = this.#watched.get(taskId);
    // Fences only rise: an earlier one was read before this claim was made.
    if (!watched || (now && now.fence <= watched.fence)) return;
    this.#feed.leave(taskId);
    watched.observer.lost(now);
  }
}

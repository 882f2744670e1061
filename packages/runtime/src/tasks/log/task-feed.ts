import type { Changes } from '../changes.js';
import type { LoggedEvent } from '../events/task-event.js';

/** How many of a task's newest events are kept in memory while the task has a follower. */
const RECENT = 256;
/** The same while it has none: the follower of a new task comes a moment after its turn has begun. */
const RECENT_UNFOLLOWED = 16;

/** A follower's view of the events that this process has written to one task. */
export interface FeedSubscription {
  /** True: only this process writes the task. Its further events come to memory, and {@link changed} resolves at the next one. */
  readonly isWhole: boolean;
  /** The events after `seq`; undefined if memory does not reach back that far, so that they must be read from the log. */
  after(seq: number): readonly LoggedEvent[] | undefined;
  /** Resolves at the next publication, when the feed is not whole any more, and when the signal is aborted. */
  changed(): Promise<void>;
  close(): void;
}

/** Keeps the newest events of this process for its own followers, so that they need not read them from the log. */
export class TaskFeed {
  readonly #changes: Changes;
  readonly #entries = new Map<string, Entry>();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Call it after the events were written to the log. */
  publish(taskId: string, events: readonly LoggedEvent[]): void {
    this.#entries.get(taskId)?.add(events);
    this.#changes.publish(taskId, 'events');
  }

  /** Publishes the event with which a turn begins in this process. From now on memory is kept, until {@link leave}. */
  begin(taskId: string, event: LoggedEvent): void {
    this.#entry(taskId).isKept = true;
    this.publish(taskId, [event]);
  }

  /** Events of other processes will be noticed from now on, and then {@link leave} is called. Only then may followers do without the log. */
  watch(taskId: string): void {
    const entry = this.#entries.get(taskId);
    if (entry?.isKept) entry.isWhole = true;
  }

  /** The turn has ended here, or another process may write the task. */
  leave(taskId: string): void {
    const entry = this.#entries.get(taskId);
    if (!entry) return;
    entry.isKept = false;
    entry.isWhole = false;
    entry.wake();
    this.#forgetUnused(taskId, entry);
  }

  subscribe(taskId: string, signal: AbortSignal): FeedSubscription {
    const entry = this.#entry(taskId);
    const subscriber: Subscriber = { wake: () => {}, seen: 0 };
    const onAbort = () => subscriber.wake();
    entry.subscribers.add(subscriber);
    signal.addEventListener('abort', onAbort, { once: true });
    return {
      get isWhole() {
        return entry.isWhole;
      },
      after: (seq) => {
        subscriber.seen = seq;
        return entry.after(seq);
      },
      changed: () =>
        new Promise((resolve) => {
          subscriber.wake = resolve;
        }),
      close: () => {
        signal.removeEventListener('abort', onAbort);
        entry.subscribers.delete(subscriber);
        this.#forgetUnused(taskId, entry);
      },
    };
  }

  #entry(taskId: string): Entry {
    const entry = this.#entries.get(taskId) ?? new Entry();
    this.#entries.set(taskId, entry);
    return entry;
  }

  #forgetUnused(taskId: string, entry: Entry): void {
    const isUsed = entry.isKept || entry.subscribers.size > 0;
    if (!isUsed && this.#entries.get(taskId) === entry) this.#entries.delete(taskId);
  }
}

interface Subscriber {
  wake: () => void;
  /** The number after which it has asked for events. */
  seen: number;
}

/** What memory has of one task. */
class Entry {
  readonly subscribers = new Set<Subscriber>();
  /** True while a turn of this process writes the task. */
  isKept = false;
  isWhole = false;
  #recent: LoggedEvent[] = [];
  /** The number of the last event that was published. */
  #last: number | undefined;

  add(events: readonly LoggedEvent[]): void {
    const first = events[0];
    if (!first) return;
    // If another process has written in between, the events before that gap are useless.
    if (first.seq - 1 !== this.#last) this.#recent = [];
    this.#forgetSeen();
    this.#recent.push(...events);
    this.#last = first.seq + events.length - 1;
    const most = this.subscribers.size > 0 ? RECENT : RECENT_UNFOLLOWED;
    if (this.#recent.length > most) this.#recent.splice(0, this.#recent.length - most);
    this.wake();
  }

  after(seq: number): readonly LoggedEvent[] | undefined {
    if (this.#last === undefined) return undefined;
    const beforeFirst = this.#last - this.#recent.length;
    return seq >= beforeFirst ? this.#recent.slice(seq - beforeFirst) : undefined;
  }

  /** What all followers have is of no further use. */
  #forgetSeen(): void {
    if (this.subscribers.size === 0 || this.#last === undefined) return;
    let seen = this.#last;
    for (const subscriber of this.subscribers) seen = Math.min(seen, subscriber.seen);
    const unseen = this.#last - seen;
    if (unseen < this.#recent.length) this.#recent.splice(0, this.#recent.length - unseen);
  }

  wake(): void {
    for (const { wake } of this.subscribers) wake();
  }
}

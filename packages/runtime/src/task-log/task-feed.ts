import type { LoggedEvent } from './task-event.js';

/** How many of a task's newest events are kept in memory while somebody follows it. */
const RECENT = 256;

/** Someone who waits for a task's next events. */
export interface FeedSubscription {
  /** Counts publications. Take it before reading, and give it to `wait`, so that nothing falls between. */
  version(): number;
  /** The events after `seq`, or undefined when memory does not reach back that far: read them from the log. */
  after(seq: number): readonly LoggedEvent[] | undefined;
  /** True at the first publication after `version`; false after `ms` milliseconds, or at the signal's abort. */
  wait(version: number, ms: number, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

interface Entry {
  subscribers: number;
  version: number;
  recent: LoggedEvent[];
  readonly waiters: Set<() => void>;
}

/** Tells followers in this process that a task's log has grown. It stores nothing that the log does not. */
export class TaskFeed {
  readonly #entries = new Map<string, Entry>();

  publish(taskId: string, events: readonly LoggedEvent[]): void {
    const entry = this.#entries.get(taskId);
    if (!entry) return;
    const last = entry.recent.at(-1);
    // A gap (another process wrote in between) makes what is in memory useless.
    if (last && events[0] && events[0].seq !== last.seq + 1) entry.recent = [];
    entry.recent.push(...events);
    if (entry.recent.length > RECENT) entry.recent.splice(0, entry.recent.length - RECENT);
    entry.version++;
    for (const wake of [...entry.waiters]) wake();
  }

  subscribe(taskId: string): FeedSubscription {
    const entry = this.#entries.get(taskId) ?? { subscribers: 0, version: 0, recent: [], waiters: new Set() };
    this.#entries.set(taskId, entry);
    entry.subscribers++;
    let open = true;
    return {
      version: () => entry.version,
      after: (seq) => {
        const first = entry.recent[0];
        return first && seq + 1 >= first.seq ? entry.recent.slice(seq + 1 - first.seq) : undefined;
      },
      wait: (version, ms, signal) => (entry.version === version ? wait(entry, ms, signal) : Promise.resolve(true)),
      close: () => {
        if (!open) return;
        open = false;
        entry.subscribers--;
        if (entry.subscribers === 0) this.#entries.delete(taskId);
      },
    };
  }
}

function wait(entry: Entry, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (published: boolean) => {
      clearTimeout(timer);
      entry.waiters.delete(wake);
      signal.removeEventListener('abort', giveUp);
      resolve(published);
    };
    const wake = () => end(true);
    const giveUp = () => end(false);
    const timer = setTimeout(giveUp, signal.aborted ? 0 : ms);
    entry.waiters.add(wake);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

import { isTerminal, type LoggedEvent } from './task-event.js';
import type { TaskFeed } from './task-feed.js';
import type { TaskReader } from './task-reader.js';

/** How often a follower looks for what another process may have written: SQLite has no way to tell it. */
const POLL_MS = 500;

/** The events after `seq`, and then each further one as it happens; ends when the task is over and all is told. */
export async function* followEvents(
  read: TaskReader,
  feed: TaskFeed,
  taskId: string,
  seq: number,
  signal: AbortSignal,
): AsyncGenerator<LoggedEvent, void, undefined> {
  const subscription = feed.subscribe(taskId);
  try {
    let cursor = seq;
    // Memory knows what this process wrote while we listened; the log knows the rest: what came before, and what
    // another process writes.
    let fromLog = true;
    let over = false;
    while (!signal.aborted) {
      const version = subscription.version();
      const recent: readonly LoggedEvent[] | undefined = fromLog ? undefined : subscription.after(cursor);
      const events: readonly LoggedEvent[] = recent ?? (await read.eventsAfter(taskId, cursor));
      for (const logged of events) {
        if (signal.aborted) return;
        yield logged;
        cursor = logged.seq;
      }
      if (events.length > 0) {
        fromLog = recent === undefined;
        continue;
      }
      if (over) return;
      fromLog = !(await subscription.wait(version, POLL_MS, signal));
      // A client that is ten minutes behind must not wait for last events that are gone.
      over = fromLog && isTerminal(await read.stateOf(taskId));
    }
  } finally {
    subscription.close();
  }
}

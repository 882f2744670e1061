import { isTerminal, type LoggedEvent } from '../events/task-event.js';
import type { LogParts } from './log-parts.js';
import type { TaskReader } from './task-reader.js';

/** The events after `seq`, and then each further one as it is written; ends when the task is over and all events were yielded. */
export async function* followEvents(
  read: TaskReader,
  { feed, changes }: LogParts,
  taskId: string,
  seq: number,
  signal: AbortSignal,
): AsyncGenerator<LoggedEvent, void, undefined> {
  const subscription = feed.subscribe(taskId, signal);
  try {
    let cursor = seq;
    let over = false;
    let changed: Promise<void> | undefined;
    while (!signal.aborted) {
      // Memory holds what this process has written since its turn began, or since the subscription. Earlier events, and those of
      // another process, are in the log only.
      const recent = subscription.after(cursor);
      const isWhole = recent !== undefined && subscription.isWhole;
      if (!isWhole) changed ??= changes.wait({ kind: 'events', taskId }, signal);
      const events: readonly LoggedEvent[] =
        recent && (isWhole || recent.length > 0) ? recent : await read.eventsAfter(taskId, cursor);
      for (const logged of events) {
        if (signal.aborted) return;
        yield logged;
        cursor = logged.seq;
      }
      if (events.length > 0) continue;
      if (over) return;
      await (isWhole ? subscription.changed() : changed);
      if (isWhole) continue;
      changed = changes.wait({ kind: 'events', taskId }, signal);
      // The last events of a task that ended long ago may have been deleted, so its state decides.
      over = !subscription.after(cursor)?.length && isTerminal(await read.stateOf(taskId));
    }
  } finally {
    subscription.close();
  }
}

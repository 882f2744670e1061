import { isTerminal, type LoggedEvent, stateOf } from '../events/task-event.js';
import type { LogParts } from './log-parts.js';
import { BATCH, type TaskReader } from './task-reader.js';

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
    let hasWaited = false;
    let changed: Promise<void> | undefined;
    const wait = () => changes.wait({ kind: 'events', taskId, seen: () => cursor }, signal);
    while (!signal.aborted) {
      // Memory holds what this process has written since its turn began, or since the subscription. Earlier events, and those of
      // another process, are in the log only.
      const recent = subscription.after(cursor);
      const isWhole = recent !== undefined && subscription.isWhole;
      if (!isWhole) changed ??= wait();
      const isInMemory = recent !== undefined && (isWhole || recent.length > 0);
      const events: readonly LoggedEvent[] = isInMemory ? recent : await read.eventsAfter(taskId, cursor);
      for (const logged of events) {
        if (signal.aborted) return;
        yield logged;
        cursor = logged.seq;
        if (isTerminal(stateOf(logged.event))) return;
      }
      // A shorter read has found everything since the wait began.
      if (events.length > 0 && (isInMemory || over || events.length === BATCH)) continue;
      if (events.length === 0 && over) return;
      // The last events of a task that ended long ago may have been deleted, so its state decides.
      if (events.length === 0 && hasWaited && !isWhole && !subscription.after(cursor)?.length) {
        const state = await read.stateOf(taskId);
        // A task without a state was deleted after its end.
        over = state === undefined || isTerminal(state);
        if (over) continue;
      }
      await (isWhole ? subscription.changed() : changed);
      hasWaited = true;
      if (!isWhole) changed = wait();
    }
  } finally {
    subscription.close();
  }
}

import type { QueryClient } from '@tanstack/react-query';
import { countsQuery, inboxQuery } from '../api/queries.js';
import type { TaskRow } from '../api/types.js';
import { live } from './live-stream.js';

/** Applies the stream to what all views share: the counts, and the inbox when a question was asked or answered. */
export function keepCurrent(client: QueryClient): void {
  live.onBatch(({ counts, tasks, removed }) => {
    if (counts !== undefined) {
      client.setQueryData(countsQuery(live.owner).queryKey, counts);
      if (live.owner !== undefined) void client.invalidateQueries({ queryKey: countsQuery().queryKey });
    }
    if (changesInbox(client, tasks, removed)) void client.invalidateQueries({ queryKey: inboxQuery.queryKey });
  });
  // At the first connection, too: what the page has read before it may have changed by then.
  live.onGap(() => void client.invalidateQueries());
  // What failed while the server was away works now.
  live.onConnection(() => {
    if (live.connection !== 'live') return;
    void client.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
  });
  const wake = () => {
    if (live.connection === 'reconnecting') live.start();
  };
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') wake();
  });
}

/** True if a task asks, or no longer does what the inbox shows of it. An inbox that is being read may be out of date already. */
function changesInbox(client: QueryClient, tasks: readonly TaskRow[], removed: readonly string[]): boolean {
  const inbox = client.getQueryData(inboxQuery.queryKey);
  const shown = new Set(inbox?.tasks.map(({ id }) => id));
  const asks = ({ state }: TaskRow) => state === 'TASK_STATE_INPUT_REQUIRED' || state === 'TASK_STATE_AUTH_REQUIRED';
  return (
    tasks.some((row) => inbox === undefined || asks(row) || shown.has(row.id)) || removed.some((id) => shown.has(id))
  );
}

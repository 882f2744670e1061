import type { QueryClient } from '@tanstack/react-query';
import { countsQuery, inboxQuery } from '../api/queries.js';
import { live } from './live-stream.js';

/** Applies the stream to what all views share: the counts, and the inbox when a question was asked or answered. */
export function keepCurrent(client: QueryClient): void {
  const asking = new Set<string>();
  live.onBatch(({ counts, tasks, removed }) => {
    if (counts !== undefined) {
      client.setQueryData(countsQuery(live.owner).queryKey, counts);
      if (live.owner !== undefined) void client.invalidateQueries({ queryKey: countsQuery().queryKey });
    }
    let changed = false;
    for (const row of tasks) {
      const asks = row.state === 'TASK_STATE_INPUT_REQUIRED' || row.state === 'TASK_STATE_AUTH_REQUIRED';
      if (asks || asking.has(row.id)) changed = true;
      if (asks) asking.add(row.id);
      else asking.delete(row.id);
    }
    for (const id of removed) changed = asking.delete(id) || changed;
    if (changed) void client.invalidateQueries({ queryKey: inboxQuery.queryKey });
  });
  // At the first connection, too: what the page has read before it may have changed by then.
  live.onGap(() => void client.invalidateQueries());
  const wake = () => {
    if (live.connection === 'reconnecting') live.start();
  };
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') wake();
  });
}

import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { live } from '../../live/live-stream.js';
import { TaskList } from './task-list.js';
import { filterOf, type TaskSearch } from './task-search.js';

/** The list that was shown last. It stays current, so that a reader who returns from a task finds it at the same place. */
let kept: { readonly key: string; readonly list: TaskList; readonly stop: () => void; scrollTop: number } | undefined;

/** The list of a filter, and where the reader was in it. */
export function useTaskList(search: TaskSearch, owner: string): { list: TaskList; place: { scrollTop: number } } {
  const key = JSON.stringify([search, owner]);
  const opened = useMemo(() => openList(key, search, owner), [key]);
  useSyncExternalStore(opened.list.subscribe, () => opened.list.version);
  useEffect(() => {
    if (opened.list.isNew) void opened.list.readMore();
  }, [opened]);
  return { list: opened.list, place: opened };
}

function openList(key: string, search: TaskSearch, owner: string) {
  if (kept?.key === key) return kept;
  kept?.stop();
  const stopping = new AbortController();
  const list = new TaskList(filterOf(search, Date.now()), owner, stopping.signal);
  const stopLive = keepCurrent(list);
  const stop = () => {
    stopLive();
    stopping.abort();
  };
  kept = { key, list, stop, scrollTop: 0 };
  return kept;
}

function keepCurrent(list: TaskList): () => void {
  const stopBatches = live.onBatch((batch) => list.apply(batch));
  const stopGaps = live.onGap(() => void list.refresh());
  const stopStates = live.onConnection(() => {
    if (live.connection === 'live' && list.failure !== undefined) void list.retry();
  });
  return () => {
    stopBatches();
    stopGaps();
    stopStates();
  };
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { taskQuery } from '../../api/queries.js';
import type { TaskDetail, TaskEvent } from '../../api/types.js';
import { useConnection, useLive } from '../../live/use-live.js';
import { TaskEvents } from './task-events.js';

/** How often a task is read again while agents work for it: the stream has no events of other agents. */
const DELEGATIONS_MS = 5000;

/** A task that is kept current by the live stream. */
export function useTaskDetail(id: string) {
  const client = useQueryClient();
  const { queryKey } = taskQuery(id);
  const query = useQuery({
    ...taskQuery(id),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.durationMs === undefined && data.delegations.length > 0 ? DELEGATIONS_MS : false,
  });
  useLive(({ tasks, events }) => {
    const row = tasks.find((each) => each.id === id);
    const before = client.getQueryData<TaskDetail>(queryKey);
    if (row !== undefined && before !== undefined && row.seq >= before.seq) {
      client.setQueryData<TaskDetail>(queryKey, { ...before, ...row });
    }
    // What a row lacks (messages, the whole question) is read when the state changes.
    if (row !== undefined && before?.state !== row.state) void client.invalidateQueries({ queryKey });
    else if (events.some((event) => changesState(event, id))) void client.invalidateQueries({ queryKey });
  });
  return query;
}

function changesState({ event: { statusUpdate } }: TaskEvent, id: string): boolean {
  return statusUpdate?.taskId === id && statusUpdate.status.state !== 'TASK_STATE_WORKING';
}

/** The events of a task, read and followed while the view is open. */
export function useTaskEvents(id: string, detail: TaskDetail | undefined): TaskEvents {
  const events = useMemo(() => new TaskEvents(id), [id]);
  useSyncExternalStore(events.subscribe, () => events.version);
  useEffect(() => events.open(), [events]);

  // A server whose disk has lost the end of the task numbers it differently from then on.
  const connection = useConnection();
  const stored = detail?.events.last;
  useEffect(() => {
    if (connection === 'live' && stored !== undefined) events.checkAgainst(stored);
  }, [connection, stored, events]);
  return events;
}

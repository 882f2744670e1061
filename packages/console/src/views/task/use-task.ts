import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { delegationsQuery, taskQuery } from '../../api/queries.js';
import type { Delegation, TaskDetail, TaskEvent } from '../../api/types.js';
import { useConnection, useLive } from '../../live/use-live.js';
import { TaskEvents } from './task-events.js';

/** How often a task is read again while agents work for it: the stream has no events of other agents. */
const DELEGATIONS_MS = 5000;
const DELEGATED_MS = 500;

/** A task that is kept current by the live stream. */
export function useTaskDetail(id: string) {
  const client = useQueryClient();
  const { queryKey } = taskQuery(id);
  const query = useQuery(taskQuery(id));
  useLive(({ tasks, events }) => {
    const row = tasks.find((each) => each.id === id);
    const before = client.getQueryData<TaskDetail>(queryKey);
    if (row !== undefined && before !== undefined && row.seq >= before.seq) {
      client.setQueryData<TaskDetail>(queryKey, { ...before, ...row });
    }
    // What a row lacks (messages, the whole question) is read when the state changes.
    if ((row !== undefined && before?.state !== row.state) || events.some((event) => changesState(event, id))) {
      void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: delegationsQuery(id).queryKey });
    }
    // The server stores a delegation shortly after the call of the tool.
    if (events.some((event) => delegates(event, id))) {
      setTimeout(() => void client.invalidateQueries({ queryKey }), DELEGATED_MS);
    }
  });
  return query;
}

function changesState({ event: { statusUpdate } }: TaskEvent, id: string): boolean {
  return statusUpdate?.taskId === id && statusUpdate.status.state !== 'TASK_STATE_WORKING';
}

function delegates({ event: { statusUpdate } }: TaskEvent, id: string): boolean {
  const event = statusUpdate?.metadata?.['molecule.event'] as { type?: unknown; name?: unknown } | undefined;
  return statusUpdate?.taskId === id && event?.type === 'tool-call' && /delegate/.test(String(event.name));
}

/** What a task has delegated: what its own server has stored of it, until the peers were asked. */
export function useDelegations({ id, durationMs, delegations }: TaskDetail): readonly Delegation[] {
  const isOpen = durationMs === undefined;
  const { data } = useQuery({
    ...delegationsQuery(id),
    enabled: delegations.length > 0,
    refetchInterval: isOpen ? DELEGATIONS_MS : false,
  });
  return data ?? delegations;
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

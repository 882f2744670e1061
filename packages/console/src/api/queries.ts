import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson } from './request.js';
import type {
  AgentReport,
  ContextPage,
  Counts,
  EventPage,
  Inbox,
  Session,
  TaskDetail,
  TaskPage,
  UsageReport,
} from './types.js';

/** What selects tasks of the list; each is a parameter of `GET tasks`. */
export interface TaskFilter {
  readonly state?: string | undefined;
  readonly context?: string | undefined;
  readonly owner?: string | undefined;
  readonly q?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

const PAGE_SIZE = 100;
/** How long events may take that are read before their view is there. */
const BEGUN_MS = 10_000;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => getJson<Session>('session', {}, signal),
});

/** @param owner undefined: the caller's own tasks */
export function countsQuery(owner?: string) {
  return queryOptions({
    queryKey: ['counts', owner ?? ''],
    queryFn: ({ signal }) => getJson<Counts>('counts', { owner }, signal),
  });
}

export const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: ({ signal }) => getJson<Inbox>('inbox', {}, signal),
});

export const agentQuery = queryOptions({
  queryKey: ['agent'],
  queryFn: ({ signal }) => getJson<AgentReport>('agent', {}, signal),
});

/** One page of the list of tasks. */
export function readTasks(filter: TaskFilter, cursor: string | undefined, signal: AbortSignal): Promise<TaskPage> {
  return getJson<TaskPage>('tasks', { ...filter, cursor, limit: PAGE_SIZE }, signal);
}

/** A task, without what its peers have delegated in turn. */
export function taskQuery(id: string) {
  return queryOptions({
    queryKey: ['task', id],
    queryFn: ({ signal }) => getJson<TaskDetail>(`tasks/${encodeURIComponent(id)}`, { depth: 0 }, signal),
  });
}

/** What a task has delegated, across agents: the server asks their peers, which may take seconds. */
export function delegationsQuery(id: string) {
  return queryOptions({
    queryKey: ['delegations', id],
    queryFn: async ({ signal }) =>
      (await getJson<TaskDetail>(`tasks/${encodeURIComponent(id)}`, { depth: 3 }, signal)).delegations,
  });
}

/** The first events of the task that is being opened. */
let begun: { readonly id: string; readonly page: Promise<EventPage> } | undefined;

/** Begins to read the events of a task, while the code of its view is on its way. */
export function beginEvents(id: string): void {
  const page = eventsAfter(id, 0, AbortSignal.timeout(BEGUN_MS));
  page.catch(() => undefined);
  begun = { id, page };
}

/** One page of a task's events; not cached, since the timeline keeps what it has read. */
export function readEvents(id: string, after: number, signal: AbortSignal): Promise<EventPage> {
  const page = after === 0 && begun?.id === id ? begun.page : undefined;
  begun = undefined;
  return page?.catch(() => eventsAfter(id, after, signal)) ?? eventsAfter(id, after, signal);
}

function eventsAfter(id: string, after: number, signal: AbortSignal): Promise<EventPage> {
  return getJson<EventPage>(`tasks/${encodeURIComponent(id)}/events`, { after, limit: 2000 }, signal);
}

export const contextsQuery = infiniteQueryOptions({
  queryKey: ['contexts'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) => getJson<ContextPage>('contexts', { cursor: pageParam, limit: 100 }, signal),
  getNextPageParam: (page) => page.next,
});

export function usageQuery(range: { readonly from: string; readonly to: string; readonly owner?: string | undefined }) {
  const tz = -new Date().getTimezoneOffset();
  return queryOptions({
    queryKey: ['usage', range, tz],
    queryFn: ({ signal }) => getJson<UsageReport>('usage', { ...range, tz }, signal),
  });
}

import type { Kysely } from 'kysely';
import type { TaskLogSchema } from '../schema.js';
import { type OverviewFilter, pageOfTasks } from './task-pages.js';
import { titlesOf } from './titles.js';

/** Tasks that a search reads at once. */
const BATCH = 500;
/** Tasks that one search reads: a page may then be shorter, and the next one continues. */
const MOST_READ = 20_000;
/** Tasks whose id begins with what is searched for. If there are more, they are not what is meant. */
const MOST_BY_ID = 20;

/** Where a listing continues, and what it searches for. */
export interface Search extends OverviewFilter {
  readonly text: string;
  readonly most: number;
  readonly after?: { readonly statusAt: number; readonly taskId: string } | undefined;
}

/** A page of a listing. */
export interface FoundPage {
  readonly ids: readonly string[];
  /** Set if there may be more. */
  readonly next?: { readonly statusAt: number; readonly taskId: string };
}

/** Runs one query. Other work may run between two of them. */
type Read = <Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>) => Promise<Value>;

/**
 * Tasks whose id or context begins with a text, or whose title contains it, in any case. Those that are found by their id come first, on the
 * first page; the others are searched for in the order of the listing, some at a time.
 */
export async function findTasks(read: Read, { text, most, after, ...filter }: Search): Promise<FoundPage> {
  const byId = await read((database) => tasksById(database, filter, text));
  const ids = after ? [] : byId.slice(0, most);
  const wanted = text.toLowerCase();
  let cursor = after;
  for (let done = 0; done < MOST_READ; done += BATCH) {
    const last = cursor;
    const rows = await read((database) => pageOfTasks(database, filter, BATCH, last));
    const all = rows.map(({ id }) => id);
    const titles = await read((database) => titlesOf(database, all));
    for (const { id, context_id, status_at } of rows) {
      if (ids.length >= most) return { ids, ...(cursor && { next: cursor }) };
      cursor = { statusAt: status_at, taskId: id };
      const isFound = context_id.startsWith(text) || (titles.get(id) ?? '').toLowerCase().includes(wanted);
      if (isFound && !byId.includes(id)) ids.push(id);
    }
    if (rows.length < BATCH) return { ids };
  }
  return { ids, ...(cursor && { next: cursor }) };
}

/** Empty if there are so many that the text is no part of an id. Its other conditions are checked here: an index of them would be searched. */
async function tasksById(
  database: Kysely<TaskLogSchema>,
  { owner, states, contextId, statusFrom = 0, statusBefore = Number.POSITIVE_INFINITY }: OverviewFilter,
  text: string,
): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('tasks')
    .select(['id', 'owner', 'state', 'context_id', 'status_at'])
    .where('id', '>=', text)
    .where('id', '<', `${text}\u{10ffff}`)
    .orderBy('id')
    .limit(MOST_BY_ID + 1)
    .execute();
  if (rows.length > MOST_BY_ID) return [];
  return rows
    .filter((row) => owner === undefined || row.owner === owner)
    .filter((row) => states.length === 0 || states.includes(row.state))
    .filter((row) => contextId === undefined || row.context_id === contextId)
    .filter((row) => row.status_at >= statusFrom && row.status_at < statusBefore)
    .toSorted((one, other) => other.status_at - one.status_at)
    .map(({ id }) => id);
}

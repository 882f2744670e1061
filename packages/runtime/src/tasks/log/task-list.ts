import type { TaskState } from '@a2a-js/sdk';
import type { ExpressionBuilder, Kysely, SelectQueryBuilder } from 'kysely';
import { stateName } from '../events/task-event.js';
import { STATUS_ONLY, type TaskParts } from './chunk-rows.js';
import type { TaskRecord } from './records.js';
import type { TaskLogSchema } from './schema.js';
import { sizesOf } from './task-sizes.js';

/** Where a page of a listing ends. */
export interface ListCursor {
  readonly statusAt: number;
  readonly taskId: string;
}

/** Selects tasks for a listing (A2A 1.0, section 3.1.4). */
export interface ListQuery {
  readonly owner: string;
  readonly contextId?: string;
  readonly state?: TaskState;
  /** Milliseconds since 1970; selects tasks whose status changed at or after it. */
  readonly statusAfter?: number;
  /** 1 to 100. */
  readonly pageSize: number;
  /** Where the previous page ended. */
  readonly after?: ListCursor;
  /** What the reader needs of each task. Default: its status only. */
  readonly parts?: TaskParts;
  /** A page ends before the task with which it would have more bytes of JSON than this. It always has one task. Default: no bound. */
  readonly mostBytes?: number;
}

/** One page of a listing, newest status first. */
export interface ListPage {
  readonly records: readonly TaskRecord[];
  /** The number of matching tasks on all pages. */
  readonly total: number;
  /** Set if another page follows. */
  readonly next?: ListCursor;
}

/** The tasks of one page, newest status first. */
export interface ListedIds {
  readonly ids: readonly string[];
  /** The number of matching tasks on all pages. */
  readonly total: number;
  /** Set if another page follows. */
  readonly next?: ListCursor;
}

/** Selects the tasks of a page. Only small columns and sizes are read. */
export async function listIds(database: Kysely<TaskLogSchema>, query: ListQuery): Promise<ListedIds> {
  const { after, pageSize } = query;
  const matching = matchingTasks(database, query);
  const { total } = await matching
    .select(({ fn }) => fn.countAll<number | string>().as('total'))
    .executeTakeFirstOrThrow();
  const page = after ? matching.where((expression) => isAfter(expression, after)) : matching;
  const rows = await page
    .select(['id', 'status_at'])
    .orderBy('status_at', 'desc')
    .orderBy('id', 'desc')
    .limit(pageSize + 1)
    .execute();
  const found = rows.slice(0, pageSize);
  const count = await fitting(
    database,
    found.map(({ id }) => id),
    query,
  );
  const last = found[count - 1];
  const next = count < rows.length && last ? { statusAt: last.status_at, taskId: last.id } : undefined;
  return { ids: found.slice(0, count).map(({ id }) => id), total: Number(total), ...(next && { next }) };
}

function matchingTasks(
  database: Kysely<TaskLogSchema>,
  { owner, contextId, state, statusAfter }: ListQuery,
): SelectQueryBuilder<TaskLogSchema, 'tasks', object> {
  let matching = database.selectFrom('tasks').where('owner', '=', owner);
  if (contextId !== undefined) matching = matching.where('context_id', '=', contextId);
  if (state !== undefined) matching = matching.where('state', '=', stateName(state));
  if (statusAfter !== undefined) matching = matching.where('status_at', '>=', statusAfter);
  return matching;
}

/** A comparison of both columns at once: a database answers it by its index. */
function isAfter({ eb, refTuple, tuple }: ExpressionBuilder<TaskLogSchema, 'tasks'>, { statusAt, taskId }: ListCursor) {
  return eb(refTuple('status_at', 'id'), '<', tuple(statusAt, taskId));
}

/** How many of the tasks, from the first, fit into the page. */
async function fitting(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
  { parts = STATUS_ONLY, mostBytes = Number.POSITIVE_INFINITY }: ListQuery,
): Promise<number> {
  if (ids.length <= 1) return ids.length;
  const sizes = await sizesOf(database, ids, parts);
  let bytes = 0;
  for (const [index, id] of ids.entries()) {
    bytes += sizes.get(id) ?? 0;
    if (bytes > mostBytes && index > 0) return index;
  }
  return ids.length;
}

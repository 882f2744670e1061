import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { isTerminal, stateFromName } from '../../events/task-event.js';
import type { TaskLogSchema } from '../schema.js';
import type { ListCursor } from '../task-list.js';

/** Selects tasks. An absent field does not restrict. */
export interface OverviewFilter {
  /** Undefined: the tasks of all owners. */
  readonly owner: string | undefined;
  /** Names of states; empty: all. */
  readonly states: readonly string[];
  readonly contextId?: string | undefined;
  /** Milliseconds since 1970; selects tasks whose status changed at or after it. */
  readonly statusFrom?: number | undefined;
  /** Milliseconds since 1970; selects tasks whose status changed before it. */
  readonly statusBefore?: number | undefined;
}

/** A task of a page. */
export interface PageRow {
  readonly id: string;
  readonly owner: string;
  readonly context_id: string;
  readonly status_at: number;
}

/** Whether a page begins with the status that changed last, or with the one that did not for the longest time. */
export type PageOrder = 'newest' | 'oldest';

const DIRECTIONS = { newest: 'desc', oldest: 'asc' } as const;

type Page = SelectQueryBuilder<TaskLogSchema, 'tasks', PageRow>;

/**
 * Tasks in the order of their status. Several states, and the tasks of all owners, have no index in this order; but each
 * state has one, and the tasks that have ended have one. So a page is merged from one page for each.
 *
 * @param after where the page before has ended; for the newest first only
 */
export async function pageOfTasks(
  database: Kysely<TaskLogSchema>,
  filter: OverviewFilter,
  most: number,
  after?: ListCursor,
  order: PageOrder = 'newest',
): Promise<readonly PageRow[]> {
  const pages = parts(filter).map((part) => pageOfPart(database, { ...filter, ...part }, after));
  const [first, ...others] = pages.map((page) => ordered(page, order).limit(most));
  if (!first) return [];
  if (others.length === 0) return first.execute();
  let all = database.selectFrom(first.as('page0')).selectAll();
  for (const [index, page] of others.entries()) {
    all = all.unionAll(database.selectFrom(page.as(`page${index + 1}`)).selectAll());
  }
  const direction = DIRECTIONS[order];
  return all.orderBy('status_at', direction).orderBy('id', direction).limit(most).execute();
}

/** What one index has in order. */
interface Part {
  readonly state?: string;
  /** Whether the tasks have ended. */
  readonly ended?: boolean;
}

function parts({ owner, states }: OverviewFilter): readonly Part[] {
  const isOfAll = owner === undefined;
  if (states.length === 0) return isOfAll ? [{ ended: true }, { ended: false }] : [{}];
  return [...new Set(states)].map((state) => ({
    state,
    ...(isOfAll && { ended: isTerminal(stateFromName(state)) }),
  }));
}

function pageOfPart(
  database: Kysely<TaskLogSchema>,
  { owner, contextId, statusFrom, statusBefore, state, ended }: OverviewFilter & Part,
  after: ListCursor | undefined,
): Page {
  let page = database.selectFrom('tasks').select(['id', 'owner', 'context_id', 'status_at']);
  if (owner !== undefined) page = page.where('owner', '=', owner);
  if (contextId !== undefined) page = page.where('context_id', '=', contextId);
  if (statusFrom !== undefined) page = page.where('status_at', '>=', statusFrom);
  if (statusBefore !== undefined) page = page.where('status_at', '<', statusBefore);
  if (state !== undefined) page = page.where('state', '=', state);
  // Literals, so that SQLite uses the partial indexes of these tasks.
  if (ended !== undefined) page = page.where(ended ? sql<boolean>`terminal = 1` : sql<boolean>`terminal = 0`);
  if (after) {
    page = page.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('status_at', 'id'), '<', tuple(after.statusAt, after.taskId)),
    );
  }
  return page;
}

function ordered(page: Page, order: PageOrder): Page {
  const direction = DIRECTIONS[order];
  return page.orderBy('status_at', direction).orderBy('id', direction);
}

import { type Kysely, sql } from 'kysely';
import type { TaskLogSchema } from '../schema.js';

/** A conversation: the tasks of one owner with one context id. */
export interface Conversation {
  readonly owner: string;
  readonly contextId: string;
}

/** The oldest ended tasks whose end is before a time and that no engine works on any more. */
export async function endedBefore(
  database: Kysely<TaskLogSchema>,
  before: number,
  most: number,
): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('tasks')
    .select('id')
    // A literal, so that SQLite uses the partial index of these tasks.
    .where(sql<boolean>`terminal = 1`)
    .where('engaged', 'is', null)
    .where('status_at', '<', before)
    .orderBy('status_at')
    .limit(most)
    .execute();
  return rows.map(({ id }) => id);
}

/** Ended tasks of a conversation that no engine works on any more and whose last change of status is not after a time. */
export async function endedIn(
  database: Kysely<TaskLogSchema>,
  { owner, contextId }: Conversation,
  until: number,
  most: number,
): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('tasks')
    .select('id')
    .where('owner', '=', owner)
    .where('context_id', '=', contextId)
    .where('terminal', '=', 1)
    .where('engaged', 'is', null)
    .where('status_at', '<=', until)
    .orderBy('status_at')
    .limit(most)
    .execute();
  return rows.map(({ id }) => id);
}

/** Some conversations with the time of their last activity, in the order of their names. */
export async function conversationsAfter(
  database: Kysely<TaskLogSchema>,
  after: Conversation | undefined,
  most: number,
): Promise<readonly (Conversation & { readonly activeAt: number })[]> {
  let query = database
    .selectFrom('tasks')
    .select(({ fn }) => ['owner', 'context_id as contextId', fn.max('status_at').as('activeAt')])
    .groupBy(['owner', 'context_id'])
    .orderBy('owner')
    .orderBy('context_id')
    .limit(most);
  if (after) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('owner', 'context_id'), '>', tuple(after.owner, after.contextId)),
    );
  }
  return query.execute();
}

import type { Kysely } from 'kysely';
import type { TaskLogSchema } from '../schema.js';
import type { ListCursor } from '../task-list.js';
import { pageOfTasks } from './task-pages.js';

/** Tasks that are looked through at once. */
const BATCH = 200;
/** Tasks that are looked through for one page, which may then be shorter. */
const MOST_READ = 10_000;

/** A conversation, by its task whose status changed last. */
export interface ListedConversation {
  readonly owner: string;
  readonly contextId: string;
  readonly newestTask: string;
  readonly tasks: number;
}

/** Some conversations, the one whose task changed last first. */
export interface ConversationPage {
  readonly conversations: readonly ListedConversation[];
  /** Set if there may be more. */
  readonly next?: ListCursor;
}

type Read = <Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>) => Promise<Value>;

/** @param owner undefined: those of all owners */
export async function pageOfConversations(
  read: Read,
  owner: string | undefined,
  most: number,
  after?: ListCursor,
): Promise<ConversationPage> {
  const conversations: ListedConversation[] = [];
  let cursor = after;
  for (let done = 0; done < MOST_READ; done += BATCH) {
    const last = cursor;
    const rows = await read((database) => pageOfTasks(database, { owner, states: [] }, BATCH, last));
    const newest = await read((database) =>
      newestOfConversations(
        database,
        rows.map(({ id }) => id),
      ),
    );
    for (const row of rows) {
      if (conversations.length === most) return { conversations, ...(cursor && { next: cursor }) };
      cursor = { statusAt: row.status_at, taskId: row.id };
      if (!newest.has(row.id)) continue;
      const key = { owner: row.owner, contextId: row.context_id };
      const tasks = await read((database) => tasksIn(database, key));
      conversations.push({ ...key, newestTask: row.id, tasks });
    }
    if (rows.length < BATCH) return { conversations };
  }
  return { conversations, ...(cursor && { next: cursor }) };
}

/** Those of the tasks after which no other task of their conversation changed. */
async function newestOfConversations(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await database
    .selectFrom('tasks as one')
    .select('one.id')
    .where('one.id', 'in', [...ids])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tasks as newer')
            .select('newer.id')
            .whereRef('newer.owner', '=', 'one.owner')
            .whereRef('newer.context_id', '=', 'one.context_id')
            .where(({ eb, refTuple }) =>
              eb(refTuple('newer.status_at', 'newer.id'), '>', refTuple('one.status_at', 'one.id')),
            ),
        ),
      ),
    )
    .execute();
  return new Set(rows.map(({ id }) => id));
}

async function tasksIn(
  database: Kysely<TaskLogSchema>,
  { owner, contextId }: Pick<ListedConversation, 'owner' | 'contextId'>,
): Promise<number> {
  const { count } = await database
    .selectFrom('tasks')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('owner', '=', owner)
    .where('context_id', '=', contextId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

import { sql, type Transaction } from 'kysely';
import type { Database } from '../../storage/database.js';
import { conversationLock } from '../conversation-lock.js';
import { type HotStatements, padded } from '../hot-statements.js';
import type { TaskLogSchema } from '../schema.js';

/** A task that was deleted. */
export interface DeletedTask {
  readonly taskId: string;
  readonly owner: string;
  readonly contextId: string;
}

/** Which tasks are deleted. */
export interface TasksToDelete {
  readonly ids: readonly string[];
  /**
   * True: nothing is to be left of them. What their turns have used is deleted as well, and a conversation of which no task is left is to be
   * forgotten now.
   */
  readonly forget: boolean;
}

/** Tasks of one statement. */
const ROWS = 50;

type TableWithTasks = {
  [Table in keyof TaskLogSchema]: 'task_id' extends keyof TaskLogSchema[Table] ? Table : never;
}[keyof TaskLogSchema];

/**
 * The tables whose rows are deleted with their task. What an engine may still hold for a task is not among them: it must be
 * released even if the task is gone. Nor is the holder of a context in the engine store, which is deleted with the context. What a turn has
 * used has an age of its own.
 */
const TABLES: Readonly<Record<Exclude<TableWithTasks, 'abandoned_work' | 'engine_holders' | 'turn_usage'>, true>> = {
  task_contents: true,
  task_messages: true,
  task_blobs: true,
  turn_reports: true,
  untold_answers: true,
  push_configs: true,
  push_outbox: true,
  question_expiries: true,
  turn_wakes: true,
};

/**
 * Deletes tasks that have ended and that no engine works on any more, with everything that the log holds of them. Other tasks stay. A conversation of which no task is
 * left is recorded, so that it can be forgotten later; with `forget`, it is to be forgotten now.
 */
export async function deleteEndedTasks(
  database: Pick<Database<TaskLogSchema>, 'lock'>,
  transaction: Transaction<TaskLogSchema>,
  statements: HotStatements,
  { ids, forget }: TasksToDelete,
): Promise<readonly DeletedTask[]> {
  const rows = await transaction
    .selectFrom('tasks')
    .select(['id as taskId', 'owner', 'context_id as contextId'])
    .where('id', 'in', [...ids])
    .where('terminal', '=', 1)
    // The engine may still write files, or ask for what the log holds of the task.
    .where('engaged', 'is', null)
    .execute();
  // Whether a conversation has other tasks is decided by one transaction at a time.
  await database.lock(transaction, rows.map(conversationLock));
  const ended = rows.map(({ taskId }) => taskId);
  for (let at = 0; at < ended.length; at += ROWS) {
    await deleteSome(transaction, statements, padded(ended.slice(at, at + ROWS), ROWS), forget);
  }
  return rows;
}

async function deleteSome(
  transaction: Transaction<TaskLogSchema>,
  statements: HotStatements,
  ids: readonly string[],
  forget: boolean,
): Promise<void> {
  await statements.run(transaction, 'conversations', [forget ? 1 : 0, ...ids, ...ids], () => ({
    compile: () => recordConversations(ids, forget).compile(transaction),
  }));
  const tables = [...(Object.keys(TABLES) as (keyof typeof TABLES)[]), ...(forget ? (['turn_usage'] as const) : [])];
  for (const table of tables) {
    await statements.run(transaction, table, ids, () => transaction.deleteFrom(table).where('task_id', 'in', [...ids]));
  }
  await statements.run(transaction, 'tasks', ids, () => transaction.deleteFrom('tasks').where('id', 'in', [...ids]));
}

/** Records the conversations of these tasks of which no other task is left. */
function recordConversations(ids: readonly string[], forget: boolean) {
  const these = sql.join(ids);
  return sql`
    insert into conversations (owner, context_id, active_at, forget, runner, tries, not_before)
    select t.owner, t.context_id, max(t.status_at), ${forget ? 1 : 0}, max(t.runner), 0, 0
    from tasks t where t.id in (${these}) group by t.owner, t.context_id
    having not exists (
      select 1 from tasks o where o.owner = t.owner and o.context_id = t.context_id and o.id not in (${these})
    )
    on conflict (owner, context_id) do update set
      active_at = case when excluded.active_at > conversations.active_at then excluded.active_at else conversations.active_at end,
      forget = case when excluded.forget > conversations.forget then excluded.forget else conversations.forget end
  `;
}

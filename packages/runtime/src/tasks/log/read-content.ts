import type { Kysely } from 'kysely';
import type { ContentKind, TaskLogSchema } from './schema.js';

/** The content of a kind that a task has once; undefined if it has none. */
export async function readContent(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  kind: Exclude<ContentKind, 'event' | 'kept' | 'history' | 'artifacts' | 'step'>,
): Promise<string | undefined> {
  const row = await database
    .selectFrom('task_contents')
    .select('content')
    .where('task_id', '=', taskId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row?.content;
}

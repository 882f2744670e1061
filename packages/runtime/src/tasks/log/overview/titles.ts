import { type Kysely, sql } from 'kysely';
import { emptyTask, foldChunk } from '../../events/chunk.js';
import { titleOf } from '../../events/task-title.js';
import type { TaskLogSchema } from '../schema.js';

/** A first message that is larger is not read for its title. */
const MOST_BYTES = 64 * 1024;

/** The titles of tasks. A short first message has no title beside it, nor has one that an older version has stored: the message itself is read. */
export async function titlesOf(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('task_contents')
    .select(['task_id', 'content'])
    .where('task_id', 'in', [...ids])
    .where('kind', '=', 'title')
    .execute();
  const titles = new Map(rows.map(({ task_id, content }) => [task_id, content]));
  const missing = ids.filter((id) => !titles.has(id));
  if (missing.length === 0) return titles;
  return new Map([...titles, ...(await titlesOfFirstMessages(database, missing))]);
}

async function titlesOfFirstMessages(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
): Promise<readonly (readonly [string, string])[]> {
  const chunks = await database
    .selectFrom('task_contents')
    .select(['task_id', 'content'])
    .where('task_id', 'in', [...ids])
    .where('kind', '=', 'history')
    .where('seq', '=', 0)
    .where(sql<boolean>`octet_length(content) <= ${MOST_BYTES}`)
    .execute();
  return chunks.map(({ task_id, content }) => {
    const task = emptyTask(task_id, '');
    foldChunk(task, content);
    const [message] = task.history;
    return [task_id, message ? titleOf(message) : ''] as const;
  });
}

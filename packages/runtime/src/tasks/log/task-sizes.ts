import { type Kysely, sql } from 'kysely';
import { type TaskParts, WHOLE_TASK } from './chunk-rows.js';
import type { ChunkKind, TaskLogSchema } from './schema.js';

/** About how many bytes the JSON of a task has, without reading it; undefined: the owner has no such task. */
export async function sizeOf(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  owner: string | undefined,
  parts: TaskParts = WHOLE_TASK,
): Promise<number | undefined> {
  const query = database.selectFrom('tasks').select('id').where('id', '=', taskId);
  const row = await (owner === undefined ? query : query.where('owner', '=', owner)).executeTakeFirst();
  return row && ((await sizesOf(database, [taskId], parts)).get(taskId) ?? 0);
}

/** Bytes of the stored JSON from which each task is read, without reading it. */
export async function sizesOf(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
  parts: TaskParts,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom('task_contents')
    .select(['task_id', sql<number | string>`sum(octet_length(content))`.as('bytes')])
    .where('task_id', 'in', ids)
    .where('kind', 'in', ['status', ...chunkKinds(parts)])
    .groupBy('task_id')
    .execute();
  return new Map(rows.map(({ task_id, bytes }) => [task_id, Number(bytes)]));
}

function chunkKinds(parts: TaskParts): readonly ChunkKind[] {
  return (['artifacts', 'history'] satisfies readonly ChunkKind[]).filter((kind) => parts[kind]);
}

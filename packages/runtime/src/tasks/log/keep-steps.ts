import { sql, type Transaction } from 'kysely';
import { STEP_PREFIX, stepOf } from '../events/step.js';
import type { TaskLogSchema } from './schema.js';

/** Bytes of the steps of a task. After them, only changes of state are kept. */
const MOST_BYTES = 512 * 1024;
/** Rows of one statement. */
const ROWS = 100;

/**
 * Keeps the steps among a task's events: changes of state, and what the engine did besides answering. They have the numbers of their events,
 * and stay as long as the task.
 *
 * @param before the number of the first event that is not deleted now; undefined: all are
 */
export async function keepSteps(
  transaction: Transaction<TaskLogSchema>,
  taskId: string,
  before: number | undefined,
): Promise<void> {
  const statuses = transaction
    .selectFrom('task_contents')
    .select(['seq', 'content'])
    .where('task_id', '=', taskId)
    .where('kind', '=', 'event')
    // Pieces of text, which are most of the events, are not read.
    .where(sql<boolean>`substr(content, 1, ${sql.lit(STEP_PREFIX.length)}) = ${STEP_PREFIX}`)
    .orderBy('seq');
  const events = await (before === undefined ? statuses : statuses.where('seq', '<', before)).execute();
  if (events.length === 0) return;
  let bytes = await keptBytes(transaction, taskId);
  const rows = events.flatMap(({ seq, content }) => {
    const step = stepOf(content);
    if (!step || (step.isActivity && bytes > MOST_BYTES)) return [];
    bytes += Buffer.byteLength(step.json);
    return [{ task_id: taskId, kind: 'kept' as const, seq, content: step.json }];
  });
  for (let at = 0; at < rows.length; at += ROWS) {
    await transaction
      .insertInto('task_contents')
      .values(rows.slice(at, at + ROWS))
      // Another process keeps them at the same time.
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function keptBytes(transaction: Transaction<TaskLogSchema>, taskId: string): Promise<number> {
  const row = await transaction
    .selectFrom('task_contents')
    .select(sql<number | string | null>`sum(octet_length(content))`.as('bytes'))
    .where('task_id', '=', taskId)
    .where('kind', '=', 'kept')
    .executeTakeFirst();
  return Number(row?.bytes ?? 0);
}

import { sql, type Transaction } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import { keepSteps } from './keep-steps.js';
import type { TaskLogSchema } from './schema.js';
import { deleteSteps } from './steps/step-rows.js';

/** Tasks of one transaction. */
const TASKS = 50;
/** Events that one transaction deletes of one task. */
const EVENTS = 500;

/** What is deleted of ended tasks. */
export interface Compaction {
  /** Milliseconds since 1970; tasks that ended before it are meant. */
  readonly before: number;
  /** True: what happened step by step stays, see {@link keepSteps}. */
  readonly keepsSteps: boolean;
}

/**
 * Deletes events of some tasks that ended before a time, in one short transaction.
 *
 * @returns true if there may be more
 */
export function compactSome(database: Database<TaskLogSchema>, { before, keepsSteps }: Compaction): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const rows = await transaction
      .selectFrom('tasks')
      .select('id')
      // Literals, so that SQLite uses the partial index of these tasks.
      .where(sql<boolean>`terminal = 1 and compacted = 0`)
      .where('status_at', '<', before)
      .orderBy('status_at')
      .limit(TASKS)
      .execute();
    let room = EVENTS;
    for (const { id } of rows) {
      room -= await deleteEvents(transaction, id, { most: room, keepsSteps });
      if (room <= 0) return true;
    }
    return rows.length === TASKS;
    // A checkpoint holds the lock for milliseconds, again and again; a sweep that ended there would never reach what comes after.
  }, CALLER);
}

/** @returns how many events were deleted */
async function deleteEvents(
  transaction: Transaction<TaskLogSchema>,
  id: string,
  { most, keepsSteps }: { readonly most: number; readonly keepsSteps: boolean },
): Promise<number> {
  const [bound] = await transaction
    .selectFrom('task_contents')
    .select('seq')
    .where('task_id', '=', id)
    .where('kind', '=', 'event')
    .orderBy('seq')
    .offset(most)
    .limit(1)
    .execute();
  if (keepsSteps) await keepSteps(transaction, id, bound?.seq);
  const contents = transaction.deleteFrom('task_contents').where('task_id', '=', id);
  const events = contents.where('kind', '=', 'event');
  const { numDeletedRows } = await (bound ? events.where('seq', '<', bound.seq) : events).executeTakeFirstOrThrow();
  if (!bound) {
    await transaction.updateTable('tasks').set({ compacted: 1 }).where('id', '=', id).execute();
    await contents.where('kind', '=', 'checkpoint').execute();
    await deleteSteps(transaction, id);
  }
  return Number(numDeletedRows);
}

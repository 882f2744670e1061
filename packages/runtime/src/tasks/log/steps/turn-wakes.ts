import type { Kysely } from 'kysely';
import type { Database } from '../../storage/database.js';
import { ONCE } from '../../storage/storage-gate.js';
import { HEAD_COLUMNS, type TaskHead, toHead } from '../records.js';
import type { TaskLogSchema } from '../schema.js';

/** Tasks of one look. */
const MOST = 100;

/** A turn that was put away for a time. */
export interface DueWake {
  readonly taskId: string;
  readonly turn: number;
}

/** Records when a turn begins that is put away, in the transaction that makes it the present one. */
export async function recordWake(
  database: Kysely<TaskLogSchema>,
  { taskId, turn, at }: DueWake & { readonly at: number },
): Promise<void> {
  await database
    .insertInto('turn_wakes')
    .values({ task_id: taskId, turn, at })
    .onConflict((conflict) => conflict.column('task_id').doUpdateSet({ turn, at }))
    .execute();
}

/** The turns that are put away for a time. No process runs them before; it is looked at again and again, so no look waits for the storage. */
export class TurnWakes {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** Those whose time has come, the oldest first. */
  due(now: number): Promise<readonly DueWake[]> {
    return this.#database.read(async (database) => {
      const rows = await database
        .selectFrom('turn_wakes')
        .select(['task_id as taskId', 'turn'])
        .where('at', '<=', now)
        .orderBy('at')
        .limit(MOST)
        .execute();
      return rows;
    }, ONCE);
  }

  /**
   * Gives the turn to a boot, which must run it. Undefined: it is no turn any more, or another process has it.
   *
   * @param runner the boot
   */
  take({ taskId, turn }: DueWake, runner: string): Promise<TaskHead | undefined> {
    return this.#database.transaction(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('turn_wakes')
        .where('task_id', '=', taskId)
        .where('turn', '=', turn)
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) return undefined;
      const row = await transaction
        .updateTable('tasks')
        .set({ runner })
        .where('id', '=', taskId)
        .where('turn', '=', turn)
        .where('terminal', '=', 0)
        .returning(HEAD_COLUMNS)
        .executeTakeFirst();
      return row && toHead(row);
    }, ONCE);
  }
}

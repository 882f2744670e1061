import { TaskState } from '@a2a-js/sdk';
import { stateColumns } from '../event-rows.js';
import type { LogTransaction } from '../log-transaction.js';

/** A context, and the claim under which it is used. */
export interface HeldContext {
  readonly context: string;
  readonly taskId: string;
  readonly fence: number;
}

/**
 * Gives the context to a claim.
 *
 * @returns false if the claim is no longer the latest, or its turn does not run
 */
export async function take({ kysely }: LogTransaction, { context, taskId, fence }: HeldContext): Promise<boolean> {
  const { state } = stateColumns(TaskState.TASK_STATE_WORKING, 0);
  // Changes nothing, but locks the row: until the end of this transaction no other claim can begin.
  const { numUpdatedRows } = await kysely
    .updateTable('tasks')
    .set({ fence })
    .where('id', '=', taskId)
    .where('fence', '=', fence)
    .where('state', '=', state)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return false;
  await kysely
    .insertInto('engine_holders')
    .values({ context, task_id: taskId, fence, positions: 0 })
    .onConflict((conflict) => conflict.column('context').doUpdateSet({ task_id: taskId, fence }))
    .execute();
  return true;
}

/**
 * Locks the context for a write.
 *
 * @param positions how many positions the write needs
 * @returns the number of positions that were given before; undefined if the claim has the context no longer
 */
export async function hold(
  transaction: LogTransaction,
  { context, taskId, fence }: HeldContext,
  positions: number,
): Promise<number | undefined> {
  const parameters = [positions, context, taskId, fence, taskId, fence];
  const rows = await transaction.run('hold context', parameters, () =>
    transaction.kysely
      .updateTable('engine_holders')
      .set((expression) => ({ positions: expression('positions', '+', positions) }))
      .where('context', '=', context)
      .where('task_id', '=', taskId)
      .where('fence', '=', fence)
      // A turn that was claimed again may not have used the store yet.
      .where(({ exists, selectFrom }) =>
        exists(selectFrom('tasks').select('id').where('id', '=', taskId).where('fence', '=', fence)),
      )
      .returning('positions'),
  );
  const [row] = rows as readonly { readonly positions: number }[];
  return row && row.positions - positions;
}

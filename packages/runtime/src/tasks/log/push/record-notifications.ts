import { beginsOrEndsTurn, isTerminal, type LoggedEvent, stateOf } from '../../events/task-event.js';
import type { LogTransaction } from '../log-transaction.js';

/**
 * Records the notifications of changes of a task's state, in the transaction that writes these. After the last state of a task, the whole
 * task is one more.
 *
 * @param pushes the column of the task's row: 0 if it has no push configurations
 */
export async function recordNotifications(
  { kysely }: Pick<LogTransaction, 'kysely'>,
  taskId: string,
  logged: readonly LoggedEvent[],
  pushes: unknown,
): Promise<void> {
  if (pushes !== 1) return;
  const rows: { seq: number; event: string | null }[] = logged.map(({ seq, json }) => ({ seq, event: json }));
  const last = logged.at(-1);
  if (!last) return;
  if (isTerminal(stateOf(last.event))) rows.push({ seq: last.seq + 1, event: null });
  const { numUpdatedRows } = await kysely
    .updateTable('push_configs')
    .set({ last_seq: rows.at(-1)?.seq ?? last.seq })
    .where('task_id', '=', taskId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const at = Date.now();
  await kysely
    .insertInto('push_outbox')
    .values(rows.map((row) => ({ task_id: taskId, at, ...row })))
    .execute();
}

/** The events of which receivers are notified: those that change the task's state. */
export function notifiedOf(logged: readonly LoggedEvent[]): readonly LoggedEvent[] {
  return logged.filter(({ event }) => beginsOrEndsTurn(event));
}

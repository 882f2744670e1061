import type { LogTransaction } from '../log-transaction.js';
import { configColumns, NOTHING_FAILED, type PushConfig } from './push-config.js';

/** Whose task a configuration is for. */
interface PushedTask {
  readonly taskId: string;
  readonly owner: string;
  /** The number of the task's newest event. Only later ones are notified. */
  readonly seq: number;
}

/** Stores a configuration; one of the same id is replaced. Without an id, it has that of the task. */
export async function insertPushConfig(
  { kysely }: Pick<LogTransaction, 'kysely'>,
  { taskId, owner, seq }: PushedTask,
  config: PushConfig,
): Promise<void> {
  const columns = { ...configColumns(config), ...NOTHING_FAILED };
  await kysely
    .insertInto('push_configs')
    .values({
      ...columns,
      task_id: taskId,
      id: config.id === '' ? taskId : config.id,
      owner,
      created_at: Date.now(),
      last_seq: seq,
      sent_seq: seq,
      done: 0,
    })
    .onConflict((conflict) => conflict.columns(['task_id', 'id']).doUpdateSet(columns))
    .execute();
}

import { TaskState } from '@a2a-js/sdk';
import type { AbandonedWork } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import { engineContext } from '../runner/engine-context.js';
import { TURN } from '../storage/storage-gate.js';
import type { TaskRecord } from './records.js';
import type { TaskLogSchema } from './schema.js';
import type { TaskStorage } from './task-storage.js';

/** Work that the engine has not released yet, and who ran it last. */
export interface HeldWork {
  readonly work: AbandonedWork;
  /** Boot id; undefined: nobody. */
  readonly runner: string | undefined;
  /** How often the engine was asked in vain. */
  readonly tries: number;
}

/** What engines are still to release; it outlives the process, for the engine is asked at least once. */
export class AbandonedWorkStore {
  readonly #storage: TaskStorage;

  constructor(storage: TaskStorage) {
    this.#storage = storage;
  }

  all(): Promise<readonly HeldWork[]> {
    return this.#storage.read(async (database) => {
      const rows = await database.selectFrom('abandoned_work').selectAll().execute();
      return rows.map(({ work, runner, tries }) => ({
        work: JSON.parse(work) as AbandonedWork,
        runner: runner ?? undefined,
        tries,
      }));
    });
  }

  async remove(taskId: string): Promise<void> {
    const remove = (database: Kysely<TaskLogSchema>) =>
      database.deleteFrom('abandoned_work').where('task_id', '=', taskId).execute();
    await this.#storage.write(remove, TURN);
  }

  async failedAgain(taskId: string): Promise<void> {
    const count = (database: Kysely<TaskLogSchema>) =>
      database
        .updateTable('abandoned_work')
        .set((expression) => ({ tries: expression('tries', '+', 1) }))
        .where('task_id', '=', taskId)
        .execute();
    await this.#storage.write(count, TURN);
  }
}

/** Notes what the engine may hold for a task that ends now. */
export async function noteAbandoned(
  database: Kysely<TaskLogSchema>,
  before: TaskRecord,
  reason: AbandonedWork['reason'],
): Promise<void> {
  const { taskId, turn, attempt, pending, input, owner, runner } = before;
  // A task of which no turn has ever begun is unknown to the engine.
  if (turn === 1 && attempt === 0) return;
  const asks = before.state === TaskState.TASK_STATE_INPUT_REQUIRED || attempt === 0;
  const work: AbandonedWork = {
    taskId,
    contextId: engineContext(owner, before.contextId),
    messageId: input.messageId,
    ...(asks && pending && { requestId: pending.requestId }),
    reason,
  };
  const row = { task_id: taskId, work: JSON.stringify(work), runner: runner ?? null, tries: 0 };
  await database
    .insertInto('abandoned_work')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

import type { Kysely } from 'kysely';
import { expiryOf } from '../open-question.js';
import type { Database } from '../storage/database.js';
import { ONCE } from '../storage/storage-gate.js';
import type { PendingInput } from '../turn-result.js';
import type { TaskLogSchema } from './schema.js';

/** Tasks of one look. */
const MOST = 100;

/** Records when the question of a task expires next, in the transaction that stores the question. */
export async function recordExpiry(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  pending: PendingInput,
): Promise<void> {
  const at = expiryOf(pending);
  if (at === undefined) return;
  await database
    .insertInto('question_expiries')
    .values({ task_id: taskId, at })
    .onConflict((conflict) => conflict.column('task_id').doUpdateSet({ at }))
    .execute();
}

/** A look at the question of a task that is due. */
export interface DueQuestion {
  readonly taskId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Which tasks have a question that may have expired. It is looked at again and again, so no look waits for the storage. */
export class QuestionExpiries {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** Those whose time has come, the oldest first. */
  due(now: number): Promise<readonly DueQuestion[]> {
    return this.#database.read(async (database) => {
      const rows = await database
        .selectFrom('question_expiries')
        .selectAll()
        .where('at', '<=', now)
        .orderBy('at')
        .limit(MOST)
        .execute();
      return rows.map(({ task_id, at }) => ({ taskId: task_id, at: Number(at) }));
    }, ONCE);
  }

  /** The next look at the task, unless its question has changed meanwhile; undefined: there is nothing to look for. */
  async next({ taskId, at }: DueQuestion, later: number | undefined): Promise<void> {
    await this.#database.write(async (database) => {
      if (later === undefined) {
        await database.deleteFrom('question_expiries').where('task_id', '=', taskId).where('at', '=', at).execute();
        return;
      }
      const change = database.updateTable('question_expiries').set({ at: later });
      await change.where('task_id', '=', taskId).where('at', '=', at).execute();
    }, ONCE);
  }
}

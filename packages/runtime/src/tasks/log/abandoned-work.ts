import type { AbandonedWork } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import { engineContext } from '../engine-context.js';
import { isWaiting } from '../events/task-event.js';
import { openIn } from '../open-question.js';
import type { Database } from '../storage/database.js';
import { CALLER, TURN } from '../storage/storage-gate.js';
import type { PendingInput } from '../turn-result.js';
import { readContent } from './read-content.js';
import type { TaskHead } from './records.js';
import type { TaskLogSchema } from './schema.js';

/** Abandoned work that the engine has not released yet. */
export interface HeldWork {
  readonly work: AbandonedWork;
  /** The boot that ran it last; undefined if its claim was released. */
  readonly runner: string | undefined;
  /** How often the engine failed to release it. */
  readonly tries: number;
}

/** The abandoned work of all tasks. It outlives the process, so that the engine's `abandon` is called at least once. */
export class AbandonedWorkStore {
  readonly #database: Database<TaskLogSchema>;
  #listener: (() => void) | undefined;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  all(): Promise<readonly HeldWork[]> {
    return this.#database.read(async (database) => {
      const rows = await database.selectFrom('abandoned_work').selectAll().execute();
      return rows.map(({ work, runner, tries }) => ({
        work: JSON.parse(work) as AbandonedWork,
        runner: runner ?? undefined,
        tries,
      }));
    }, CALLER);
  }

  async remove(taskId: string): Promise<void> {
    const remove = (database: Kysely<TaskLogSchema>) =>
      database.deleteFrom('abandoned_work').where('task_id', '=', taskId).execute();
    await this.#database.write(remove, TURN);
  }

  async failedAgain(taskId: string): Promise<void> {
    const count = (database: Kysely<TaskLogSchema>) =>
      database
        .updateTable('abandoned_work')
        .set((expression) => ({ tries: expression('tries', '+', 1) }))
        .where('task_id', '=', taskId)
        .execute();
    await this.#database.write(count, TURN);
  }

  /** From now on, work is recorded when a task ends without an answer, and the listener called. Before, nothing is recorded. */
  onRecorded(listener: () => void): void {
    this.#listener = listener;
  }

  /** Records what the engine may hold for a task that ends now, in the transaction that ends it. */
  async record(database: Kysely<TaskLogSchema>, before: TaskHead, reason: AbandonedWork['reason']): Promise<void> {
    const { taskId, turn, attempt, owner, runner, messageId } = before;
    // The engine holds nothing for a task of which no turn has begun.
    if (!this.#listener || (turn === 1 && attempt === 0)) return;
    const asks = isWaiting(before.state) || attempt === 0;
    const question = asks ? await questionOf(database, taskId) : undefined;
    const work: AbandonedWork = {
      taskId,
      contextId: engineContext(owner, before.contextId),
      messageId,
      ...(question && idsOf(question)),
      reason,
    };
    const row = { task_id: taskId, work: JSON.stringify(work), runner: runner ?? null, tries: 0 };
    await database
      .insertInto('abandoned_work')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Calls the listener. Call it after a transaction with recorded work was committed. */
  notify(): void {
    this.#listener?.();
  }
}

function idsOf(question: PendingInput): Pick<AbandonedWork, 'requestId' | 'requestIds'> {
  const ids = openIn(question).map(({ requestId }) => requestId);
  return { requestId: question.requestId, ...(ids.length > 1 && { requestIds: ids }) };
}

async function questionOf(database: Kysely<TaskLogSchema>, taskId: string): Promise<PendingInput | undefined> {
  const question = await readContent(database, taskId, 'question');
  return question === undefined ? undefined : (JSON.parse(question) as PendingInput);
}

import type { Selectable, Transaction } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import type { TurnInput } from '../turn-input.js';
import type { TaskLogSchema, UntoldAnswersTable } from './schema.js';

/** `answer_to` of the answers for other workspaces. */
const OF_PEERS = 'peer:%';

/** An answer for the person, or for another workspace. */
export interface NewUntoldAnswer {
  readonly messageId: string;
  readonly answerTo: NonNullable<TurnInput['answerTo']>;
  readonly text: string;
}

/** An answer of a turn that its sender is not known to have received. */
export interface UntoldAnswer extends NewUntoldAnswer {
  readonly id: string;
  /** Milliseconds since 1970 at which the turn ended. */
  readonly at: number;
  readonly taskId: string;
  /** True: the person may have it already, from a process that did not learn the platform's answer. */
  readonly isInDoubt: boolean;
}

/**
 * Answers that their senders are not known to have received. One is recorded in the transaction in which its turn ends, so that no answer is lost,
 * whichever process is killed when, and removed when the sender has received it.
 */
export class UntoldAnswers {
  readonly #database: Database<TaskLogSchema>;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  async add(transaction: Transaction<TaskLogSchema>, taskId: string, untold: NewUntoldAnswer): Promise<void> {
    const { messageId, answerTo, text } = untold;
    const row = { id: crypto.randomUUID(), at: Date.now(), task_id: taskId, message_id: messageId };
    await transaction
      .insertInto('untold_answers')
      .values({ ...row, answer_to: answerTo, content: text, in_doubt: 0 })
      .execute();
  }

  /** A message for the person that the platform does not take now. With `isInDoubt`, it may have it already. */
  async later(taskId: string, text: string, isInDoubt: boolean): Promise<void> {
    const id = crypto.randomUUID();
    const row = { id, at: Date.now(), task_id: taskId, message_id: id, answer_to: 'person', content: text };
    const values = { ...row, in_doubt: isInDoubt ? 1 : 0 };
    await this.#database.write((database) => database.insertInto('untold_answers').values(values).execute(), CALLER);
  }

  /** The answer to a message that became no task. The same id again is the same answer. */
  async refused(id: string, { messageId, answerTo, text }: NewUntoldAnswer): Promise<void> {
    const row = { id, at: Date.now(), task_id: '', message_id: messageId, answer_to: answerTo, content: text };
    await this.#database.write(
      (database) =>
        database
          .insertInto('untold_answers')
          .values({ ...row, in_doubt: 0 })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute(),
      CALLER,
    );
  }

  /** The oldest ones for the person. */
  next(most: number): Promise<readonly UntoldAnswer[]> {
    return this.#database.read(async (database) => {
      const rows = await database
        .selectFrom('untold_answers')
        .selectAll()
        .where('answer_to', 'not like', OF_PEERS)
        .orderBy('at')
        .limit(most)
        .execute();
      return rows.map(toUntold);
    }, ONCE);
  }

  /** The oldest ones for each peer, so that one that cannot be reached keeps no other waiting. */
  nextForPeers(mostOfEach: number): Promise<readonly UntoldAnswer[]> {
    return this.#database.read(async (database) => {
      const rows = await database
        .selectFrom((from) =>
          from
            .selectFrom('untold_answers')
            .selectAll()
            .select(({ fn }) =>
              fn
                .agg<number>('row_number')
                .over((over) => over.partitionBy('answer_to').orderBy('at').orderBy('id'))
                .as('place'),
            )
            .where('answer_to', 'like', OF_PEERS)
            .as('waiting'),
        )
        .selectAll()
        .where('place', '<=', mostOfEach)
        .orderBy('at')
        .execute();
      return rows.map(toUntold);
    }, ONCE);
  }

  /** The sender of a message has received its answer. */
  async received(taskId: string, messageId: string): Promise<void> {
    await this.#database.write(
      (database) =>
        database
          .deleteFrom('untold_answers')
          .where('task_id', '=', taskId)
          .where('message_id', '=', messageId)
          .where('answer_to', '=', 'proxy')
          .execute(),
      CALLER,
    );
  }

  /** Records that it is about to be sent to the person, or that this has failed. */
  async sending(id: string, isInDoubt: boolean): Promise<void> {
    const in_doubt = isInDoubt ? 1 : 0;
    await this.#database.write(
      (database) => database.updateTable('untold_answers').set({ in_doubt }).where('id', '=', id).execute(),
      CALLER,
    );
  }

  async told(id: string): Promise<void> {
    await this.#database.write(
      (database) => database.deleteFrom('untold_answers').where('id', '=', id).execute(),
      CALLER,
    );
  }
}

function toUntold(row: Selectable<UntoldAnswersTable>): UntoldAnswer {
  const { id, at, task_id, message_id, answer_to, content, in_doubt } = row;
  return {
    id,
    at: Number(at),
    taskId: task_id,
    messageId: message_id,
    answerTo: answer_to as UntoldAnswer['answerTo'],
    text: content,
    isInDoubt: in_doubt === 1,
  };
}

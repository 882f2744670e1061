import { briefTask, cutText } from '@molecule/adapters';
import type { Selectable, Transaction } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import type { TurnResult } from '../turn-result.js';
import type { TaskLogSchema, TurnReportsTable } from './schema.js';

/** Characters of an error's text that a report has. */
const ERROR_CHARACTERS = 300;

/** How a turn ended. */
export interface TurnEnd {
  /** The beginning of the message. */
  readonly summary: string;
  /** How long it took in the process that ended it; 0: another process ended it. */
  readonly ms: number;
  /** `stopped`: the task was canceled. */
  readonly outcome: 'ok' | 'failed' | 'stopped';
  /** The stable code and text of a failure. */
  readonly error?: string;
}

/** A turn that has begun or ended, which is to be reported. */
export interface TurnReport {
  readonly id: string;
  readonly taskId: string;
  readonly turn: number;
  /** Undefined: the turn has begun. */
  readonly end: TurnEnd | undefined;
  /** True: it may have been reported already, by a process that did not learn the answer. */
  readonly isInDoubt: boolean;
}

/** The turn that a report is about. */
interface ReportedTurn {
  readonly taskId: string;
  readonly turn: number;
}

/**
 * What is to be reported of turns. It is recorded in the transaction in which the turn begins or ends, so that no report is lost, whichever
 * process is killed when. Nothing is recorded until {@link want} was called.
 */
export class TurnReports {
  readonly #database: Database<TaskLogSchema>;
  #isWanted = false;
  #at = 0;

  constructor(database: Database<TaskLogSchema>) {
    this.#database = database;
  }

  /** From now on this process records what its turns do. */
  want(): void {
    this.#isWanted = true;
  }

  async began(transaction: Transaction<TaskLogSchema>, turn: ReportedTurn): Promise<void> {
    await this.#insert(transaction, turn, null);
  }

  async ended(transaction: Transaction<TaskLogSchema>, turn: ReportedTurn, end: TurnEnd): Promise<void> {
    await this.#insert(transaction, turn, JSON.stringify(end));
  }

  /** The oldest reports that were not sent yet. */
  next(most: number): Promise<readonly TurnReport[]> {
    return this.#database.read(async (database) => {
      const rows = await database.selectFrom('turn_reports').selectAll().orderBy('at').limit(most).execute();
      return rows.map(toReport);
    }, CALLER);
  }

  /** Records that it is about to be sent: if the answer is not known afterwards, the report is in doubt. */
  async sending(id: string): Promise<void> {
    await this.#mark(id, 1);
  }

  /** Records that it was not accepted. */
  async notSent(id: string): Promise<void> {
    await this.#mark(id, 0);
  }

  async sent(id: string): Promise<void> {
    await this.#database.write(
      (database) => database.deleteFrom('turn_reports').where('id', '=', id).execute(),
      CALLER,
    );
  }

  /** Drops all but the newest reports. Returns how many were dropped. */
  async trim(most: number): Promise<number> {
    const oldest = await this.#database.read(
      (database) =>
        database.selectFrom('turn_reports').select('at').orderBy('at', 'desc').offset(most).limit(1).executeTakeFirst(),
      ONCE,
    );
    if (!oldest) return 0;
    const { numDeletedRows } = await this.#database.write(
      (database) => database.deleteFrom('turn_reports').where('at', '<=', oldest.at).executeTakeFirst(),
      ONCE,
    );
    return Number(numDeletedRows);
  }

  async #insert(
    transaction: Transaction<TaskLogSchema>,
    { taskId, turn }: ReportedTurn,
    ended: string | null,
  ): Promise<void> {
    if (!this.#isWanted) return;
    // Ascending within this process, so that the end of a turn comes after its beginning.
    this.#at = Math.max(this.#at + 1, Date.now() * 1000);
    const row = { id: crypto.randomUUID(), at: this.#at, task_id: taskId, turn, ended, in_doubt: 0 };
    await transaction.insertInto('turn_reports').values(row).execute();
  }

  async #mark(id: string, in_doubt: number): Promise<void> {
    await this.#database.write(
      (database) => database.updateTable('turn_reports').set({ in_doubt }).where('id', '=', id).execute(),
      CALLER,
    );
  }
}

/** What is reported of a turn that has ended with a result. */
export function endOf(result: TurnResult, message: string, ms: number): TurnEnd {
  const summary = briefTask(message);
  if (result.kind === 'canceled') return { summary, ms, outcome: 'stopped' };
  if (result.kind !== 'failed') return { summary, ms, outcome: 'ok' };
  return { summary, ms, outcome: 'failed', error: cutText(`${result.code}: ${result.message}`, ERROR_CHARACTERS) };
}

function toReport({ id, task_id, turn, ended, in_doubt }: Selectable<TurnReportsTable>): TurnReport {
  const end = ended === null ? undefined : (JSON.parse(ended) as TurnEnd);
  return { id, taskId: task_id, turn, end, isInDoubt: in_doubt === 1 };
}

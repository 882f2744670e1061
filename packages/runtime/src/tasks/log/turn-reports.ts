import { TaskState } from '@a2a-js/sdk';
import { briefTask, cutText } from '@molecule/adapters';
import type { Selectable, Transaction } from 'kysely';
import { FAILURE_PREFIXES } from '../events/failure-text.js';
import type { Database } from '../storage/database.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import type { TurnInput } from '../turn-input.js';
import type { TurnResult } from '../turn-result.js';
import type { TaskLogSchema, TurnReportsTable } from './schema.js';
import type { NewUntoldAnswer, UntoldAnswers } from './untold-answers.js';

/** Characters of an error's text that a report has. */
const ERROR_CHARACTERS = 300;
/** Characters of an answer that a report has. */
const ANSWER_CHARACTERS = 2_000;
/** Characters of an answer for the person. Longer ones are in the task. */
const TOLD_CHARACTERS = 500_000;

/** How a turn ended. */
export interface TurnEnd {
  /** The beginning of the message. */
  readonly summary: string;
  /** How long it took in the process that ended it; 0: another process ended it. */
  readonly ms: number;
  /** `stopped`: the task was canceled. `asleep`: it goes on as a later turn, which begins and ends for itself. */
  readonly outcome: 'ok' | 'failed' | 'stopped' | 'asleep';
  /** When it goes on, if it is asleep: milliseconds since 1970. */
  readonly until?: number;
  /** The stable code and text of a failure. */
  readonly error?: string;
  /** The beginning of the answer, of the question, or of the reason of a failure. Absent: there is none, or an older version has recorded it. */
  readonly answer?: string;
}

/** How a turn ended, and the answer for the person, if its sender may not receive it. */
export interface EndedTurn {
  readonly end: TurnEnd;
  readonly untold?: NewUntoldAnswer;
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
  readonly #untold: UntoldAnswers;
  #isWanted = false;
  #at = 0;

  constructor(database: Database<TaskLogSchema>, untold: UntoldAnswers) {
    this.#database = database;
    this.#untold = untold;
  }

  /** From now on this process records what its turns do. */
  want(): void {
    this.#isWanted = true;
  }

  async began(transaction: Transaction<TaskLogSchema>, turn: ReportedTurn): Promise<void> {
    await this.#insert(transaction, turn, null);
  }

  async ended(transaction: Transaction<TaskLogSchema>, turn: ReportedTurn, { end, untold }: EndedTurn): Promise<void> {
    await this.#insert(transaction, turn, JSON.stringify(end));
    if (this.#isWanted && untold) await this.#untold.add(transaction, turn.taskId, untold);
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

/** What is reported of a turn that has ended with a result, and its answer for the person. */
export function endOf(
  result: TurnResult,
  input: Pick<TurnInput, 'userInput' | 'messageId' | 'metadata' | 'answerTo'>,
  ms: number,
): EndedTurn {
  const summary = briefTask(input.userInput);
  if (result.kind === 'canceled') return { end: { summary, ms, outcome: 'stopped' } };
  const text = textOf(result);
  const end: TurnEnd = { summary, ms, outcome: 'ok', answer: cutText(text, ANSWER_CHARACTERS) };
  const untold = untoldOf(input, text);
  if (result.kind !== 'failed') return { end, ...untold };
  const error = cutText(`${result.code}: ${result.message}`, ERROR_CHARACTERS);
  return { end: { ...end, outcome: 'failed', error }, ...untold };
}

/**
 * What is reported of a turn that is put away until a time. Its answer is that of the turn as which it goes on.
 *
 * @param begunAt when this process began it, by `performance.now()`
 */
export function asleepEnd({ userInput }: Pick<TurnInput, 'userInput'>, begunAt: number, until: number): EndedTurn {
  const ms = Math.round(performance.now() - begunAt);
  return { end: { summary: briefTask(userInput), ms, outcome: 'asleep', until } };
}

function textOf(result: Exclude<TurnResult, { readonly kind: 'canceled' }>): string {
  if (result.kind === 'completed') return result.finalText;
  if (result.kind === 'input-required') return result.prompt;
  return `${FAILURE_PREFIXES[TaskState.TASK_STATE_FAILED] ?? ''}${result.message}`;
}

/** A delegation of the platform gets its answer when the platform sends the message again, so it is not for the person. */
function untoldOf(
  { answerTo, messageId, metadata }: Pick<TurnInput, 'messageId' | 'metadata' | 'answerTo'>,
  text: string,
): Pick<EndedTurn, 'untold'> {
  const isAwaited = answerTo === 'proxy' && typeof metadata['delegation_id'] === 'string';
  if (answerTo === undefined || isAwaited || text.trim() === '') return {};
  return { untold: { messageId, answerTo, text: cutText(text, TOLD_CHARACTERS) } };
}

function toReport({ id, task_id, turn, ended, in_doubt }: Selectable<TurnReportsTable>): TurnReport {
  const end = ended === null ? undefined : (JSON.parse(ended) as TurnEnd);
  return { id, taskId: task_id, turn, end, isInDoubt: in_doubt === 1 };
}

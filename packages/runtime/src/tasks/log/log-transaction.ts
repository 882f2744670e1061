import type { Compilable, Transaction } from 'kysely';
import type { LoggedEvent } from '../events/task-event.js';
import type { Send, SharedTransactions } from '../storage/database.js';
import type { GivenRow } from '../storage/row-source.js';
import { INSERT_EVENTS, PUT_CONTENTS, type RowsStatement } from './given-rows.js';
import type { HotStatements } from './hot-statements.js';
import type { ContentKind, TaskLogSchema } from './schema.js';
import { StatementWave } from './statement-wave.js';

/** What contents are handed to one statement, in characters. */
const STATEMENT_CHARACTERS = 4 * 1024 * 1024;

/** A transaction of the log, which the writes of several tasks may share. The contents of all of them are stored together, at its end. */
export class LogTransaction {
  readonly kysely: Transaction<TaskLogSchema>;
  readonly statements: HotStatements;
  readonly #shared: SharedTransactions;
  readonly #send: Send;
  readonly #wave: StatementWave;
  /** One write runs at a time, so that no row can share a statement. */
  #isAlone = true;
  #isOver = false;
  #events: GivenRow[] = [];
  #contents: GivenRow[] = [];

  constructor(
    kysely: Transaction<TaskLogSchema>,
    send: Send,
    parts: { readonly statements: HotStatements; readonly shared: SharedTransactions },
  ) {
    this.kysely = kysely;
    this.statements = parts.statements;
    this.#shared = parts.shared;
    this.#send = send;
    this.#wave = new StatementWave(kysely, send, parts.statements, parts.shared.rows);
  }

  /** Appends an event to a task's list. The state that it leads to must be written in the same transaction. */
  append(taskId: string, logged: LoggedEvent): void {
    this.#events.push({ task_id: taskId, kind: 'event', seq: logged.seq, content: logged.json });
  }

  /** Stores a content; one of the same number is replaced. A write stores each content at most once. */
  put(taskId: string, kind: Exclude<ContentKind, 'event'>, content: string, seq = 0): void {
    this.#contents.push({ task_id: taskId, kind, seq, content });
  }

  /** Removes a content that a task has at most once. */
  async remove(taskId: string, kind: 'question'): Promise<void> {
    await this.kysely.deleteFrom('task_contents').where('task_id', '=', taskId).where('kind', '=', kind).execute();
  }

  /** Runs a statement for a row, together with other writes that ask for the same one. Resolves to what it returns for the row. */
  async ask(statement: RowsStatement, row: GivenRow): Promise<readonly unknown[]> {
    this.#requireOpen();
    return this.#isAlone ? this.#wave.run(statement, [row]) : this.#wave.ask(statement, row);
  }

  /** Runs a statement of the hot path: see {@link HotStatements.run}. */
  async run(shape: string, parameters: readonly unknown[], build: () => Compilable): Promise<readonly unknown[]> {
    this.#requireOpen();
    return this.#send(this.statements.sqlOf(shape, parameters, build), parameters);
  }

  /** Runs writes of different tasks at the same time. Rejects with the first error, after all of them have ended. */
  async all<Value>(writes: readonly ((transaction: LogTransaction) => Promise<Value>)[]): Promise<readonly Value[]> {
    this.#isAlone = writes.length === 1;
    const outcomes = await Promise.allSettled(writes.map((write) => write(this)));
    await this.#wave.settled();
    return outcomes.map((outcome) => {
      if (outcome.status === 'fulfilled') return outcome.value;
      this.#isOver = true;
      throw outcome.reason;
    });
  }

  /** Stores what was appended and put. It waits for that only if the commit would not fail with it. */
  async storeContents(): Promise<void> {
    this.#isOver = true;
    const stored = Promise.all([
      ...batches(this.#events).map((rows) => this.#wave.run(INSERT_EVENTS, rows)),
      ...batches(this.#contents).map((rows) => this.#wave.run(PUT_CONTENTS, rows)),
    ]);
    [this.#events, this.#contents] = [[], []];
    if (this.#shared.commitChecks) stored.catch(() => {});
    else await stored;
  }

  /** After its end, a statement would be a transaction of its own. */
  #requireOpen(): void {
    if (this.#isOver)
      throw new TypeError('A write of the task log asks for a statement after the end of its transaction.');
  }
}

/** Rows that one statement takes: their texts are all in memory once more while it is sent. */
function batches(rows: readonly GivenRow[]): GivenRow[][] {
  const found: GivenRow[][] = [];
  let room = 0;
  for (const row of rows) {
    const size = String(row['content']).length;
    const last = found.at(-1);
    if (last && size <= room) last.push(row);
    else {
      found.push([row]);
      room = STATEMENT_CHARACTERS;
    }
    room -= size;
  }
  return found;
}

import process from 'node:process';
import type { Kysely } from 'kysely';
import type { Send } from '../storage/database.js';
import type { GivenRow, RowSource } from '../storage/row-source.js';
import type { RowsStatement } from './given-rows.js';
import type { HotStatements } from './hot-statements.js';
import type { TaskLogSchema } from './schema.js';

interface Asked {
  readonly row: GivenRow;
  readonly answered: PromiseWithResolvers<readonly unknown[]>;
}

/** The rows of one statement. */
interface Wanted {
  readonly statement: RowsStatement;
  readonly asked: Asked[];
}

/**
 * The statements of one transaction that several writes share. What is asked for before the program waits for an answer is one wave: the
 * rows for the same statement are one statement, and the statements of a wave are sent without waiting for each other, in the order of their ranks.
 */
export class StatementWave {
  readonly #kysely: Kysely<TaskLogSchema>;
  readonly #send: Send;
  readonly #statements: HotStatements;
  readonly #rows: RowSource;
  #wanted = new Map<string, Wanted>();
  /** Settles with the wave that was asked for last. */
  #sent: Promise<void> = Promise.resolve();

  /** @param kysely compiles statements */
  constructor(kysely: Kysely<TaskLogSchema>, send: Send, statements: HotStatements, rows: RowSource) {
    this.#kysely = kysely;
    this.#send = send;
    this.#statements = statements;
    this.#rows = rows;
  }

  /** Resolves to what the statement returns for the row. */
  ask(statement: RowsStatement, row: GivenRow): Promise<readonly unknown[]> {
    if (this.#wanted.size === 0) {
      const before = this.#sent;
      this.#sent = new Promise((resolve) => {
        // After everything that waits for the same answers.
        process.nextTick(() => resolve(before.then(() => this.#sendWave())));
      });
    }
    const wanted = this.#wanted.get(statement.shape) ?? { statement, asked: [] };
    this.#wanted.set(statement.shape, wanted);
    const answered = Promise.withResolvers<readonly unknown[]>();
    wanted.asked.push({ row, answered });
    return answered.promise;
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    for (let sent = this.#sent; ; sent = this.#sent) {
      await sent;
      if (sent === this.#sent) return;
    }
  }

  /** Runs the statement for rows, without waiting for others. */
  async run(statement: RowsStatement, rows: readonly GivenRow[]): Promise<readonly unknown[]> {
    return (
      await Promise.all(
        this.#statements.ofRows(this.#kysely, this.#rows, statement, rows).map((each) => this.#send(...each)),
      )
    ).flat();
  }

  async #sendWave(): Promise<void> {
    const wanted = [...this.#wanted.values()].sort((one, other) => one.statement.rank - other.statement.rank);
    this.#wanted = new Map();
    const outcomes = await Promise.allSettled(
      wanted.map(({ statement, asked }) =>
        this.run(
          statement,
          asked.map(({ row }) => row),
        ),
      ),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    for (const [index, { statement, asked }] of wanted.entries()) {
      const outcome = outcomes[index];
      // The transaction has failed with it.
      if (failed || outcome?.status !== 'fulfilled') for (const { answered } of asked) answered.reject(failed?.reason);
      else answer(statement, asked, outcome.value);
    }
  }
}

function answer({ keyOf }: RowsStatement, asked: readonly Asked[], rows: readonly unknown[]): void {
  const found = new Map<string, unknown[]>();
  for (const row of keyOf ? rows : []) {
    const key = keyOf?.(row as GivenRow) ?? '';
    const others = found.get(key);
    if (others) others.push(row);
    else found.set(key, [row]);
  }
  for (const { row, answered } of asked) answered.resolve((keyOf && found.get(keyOf(row))) ?? []);
}

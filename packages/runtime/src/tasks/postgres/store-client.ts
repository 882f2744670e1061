import type { PoolClient, QueryResult } from 'pg';
import { DatabaseTroubleError } from '../storage/database-trouble-error.js';
import { StatementPipeline } from './pipeline.js';
import { isRefusal, withTrouble } from './trouble-of.js';

/**
 * The server ends a transaction whose process stands still, because it holds locks. When the lease of that process is over, others claim
 * its turns, and must not wait for these locks.
 */
const IDLE_MS = 3_000;
/** The longest statement of a transaction. */
const STATEMENT_MS = 30_000;

/** Only for this transaction: PgBouncer gives the session to another client afterwards. */
const BOUNDS = `select set_config('idle_in_transaction_session_timeout', '${IDLE_MS}', true), set_config('statement_timeout', '${STATEMENT_MS}', true)`;

/** The connection broke while a transaction was committed. */
export class BrokenCommitError extends DatabaseTroubleError {
  /** With this number the server finds out later what became of the transaction. */
  readonly transactionId: string;

  constructor(transactionId: string, { code, locked, message, cause }: DatabaseTroubleError) {
    super(message, { code, locked, cause });
    this.transactionId = transactionId;
  }
}

/**
 * A connection of the pool while it is used. It asks for the number of each writing transaction when it begins, bounds transactions in
 * time, and turns errors whose cause is the storage into {@link DatabaseTroubleError}.
 *
 * Statements that do not wait for each other are sent together. The beginning of a transaction is sent with its first statements.
 */
export class StoreClient {
  readonly #client: PoolClient;
  readonly #pipeline: StatementPipeline;
  /** The number of the present transaction; empty if it only reads. */
  #begun: Promise<string> = Promise.resolve('');
  /** The first error of a statement of the transaction, which the server does not commit then. */
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  #broken = false;

  constructor(client: PoolClient) {
    this.#client = client;
    this.#pipeline = new StatementPipeline(client);
    // The statement that runs fails as well.
    client.on('error', this.#onError);
  }

  /** Sends a statement, without waiting for those before it. */
  query(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    // It would be a transaction of its own.
    if (this.#isOver)
      return Promise.reject(new TypeError(`A statement comes after the end of its transaction: ${sql}`));
    return this.#run(sql, parameters.map(storable));
  }

  /** The statements after it have its error, if it has one, and so has {@link commit}. */
  begin(begin: string): void {
    this.#isOver = false;
    this.#failure = undefined;
    const number = begin === 'begin' ? 'pg_current_xact_id()::text' : `''`;
    const begun = [begin, `${BOUNDS}, ${number} as id`].map((sql) => this.#result(this.#pipeline.withNext(sql, [])));
    this.#begun = Promise.all(begun).then((results) => {
      const [row] = (results.at(-1)?.rows ?? []) as readonly { readonly id: string }[];
      return row?.id ?? '';
    });
    this.#begun.catch(() => {});
  }

  /**
   * Commits with the last statements, for which the caller need not wait.
   *
   * @throws the first error of a statement of the transaction; {@link BrokenCommitError}
   */
  async commit(): Promise<void> {
    this.#pipeline.flush();
    const transactionId = await this.#begun;
    if (this.#failure) throw this.#failure.error;
    this.#isOver = true;
    try {
      const { command } = await this.#run('commit', []);
      if (command !== 'COMMIT') throw this.#notCommitted(command);
    } catch (error) {
      const isKnown = !(error instanceof DatabaseTroubleError) || isRefusal(error.cause) || transactionId === '';
      throw isKnown ? error : new BrokenCommitError(transactionId, error);
    }
  }

  /** The server answers ROLLBACK if a statement failed for which the caller did not wait. */
  #notCommitted(command: string): unknown {
    return this.#failure?.error ?? new TypeError(`The transaction was not committed: ${command}`);
  }

  /** If it fails, the connection is closed. That is no error, because it would hide the first one. */
  async rollback(): Promise<void> {
    this.#isOver = true;
    if (this.#broken) return;
    await this.#run('rollback', []).catch(() => {
      this.#broken = true;
    });
  }

  release(discard = false): void {
    this.#client.off('error', this.#onError);
    this.#client.release(discard || this.#broken);
  }

  #run(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    return this.#result(this.#pipeline.run(sql, parameters));
  }

  async #result(answer: Promise<QueryResult>): Promise<QueryResult> {
    try {
      return await answer;
    } catch (cause) {
      // After a time limit of the client, the answer may still come.
      if (!isRefusal(cause)) this.#broken = true;
      const error = withTrouble(cause);
      this.#failure ??= { error };
      throw error;
    }
  }

  readonly #onError = () => {
    this.#broken = true;
  };
}

/** PostgreSQL stores no NUL in a text. JSON has none; the name of a file or a text of a peer may have one. */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value;
}

import type { PoolClient, QueryResult } from 'pg';
import { DatabaseTroubleError } from '../storage/database-trouble-error.js';
import { isRefusal, withTrouble } from './trouble-of.js';

/**
 * The server ends a transaction whose process stands still, because it holds locks. When the lease of that process is over, others claim
 * its turns, and must not wait for these locks.
 */
const IDLE_MS = 3_000;
/** The longest statement of a transaction. */
const STATEMENT_MS = 30_000;

/** Only for this transaction: PgBouncer gives the session to another client afterwards. */
const BOUNDS = `set local idle_in_transaction_session_timeout = ${IDLE_MS}; set local statement_timeout = ${STATEMENT_MS}`;

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
 * A connection of the pool, for kysely. It asks for the number of each writing transaction when it begins, bounds transactions in
 * time, and turns errors whose cause is the storage into {@link DatabaseTroubleError}. A rollback that fails is no error, because it
 * would hide the first one: the connection is closed then.
 */
export class StoreClient {
  readonly #client: PoolClient;
  #transactionId = '';
  #broken = false;

  constructor(client: PoolClient) {
    this.#client = client;
    // The statement that runs fails as well.
    client.on('error', this.#onError);
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    if (sql === 'begin') return this.#begin();
    if (sql === 'commit') return this.#commit();
    if (sql === 'rollback') return this.#rollback();
    if (sql.startsWith('start transaction')) return this.#several(`${sql}; ${BOUNDS}`);
    return this.#run(sql, parameters.map(storable));
  }

  release(discard = false): void {
    this.#client.off('error', this.#onError);
    this.#client.release(discard || this.#broken);
  }

  async #begin(): Promise<QueryResult> {
    const result = await this.#several(`begin; ${BOUNDS}; select pg_current_xact_id()::text as id`);
    const [row] = result.rows as readonly { readonly id: string }[];
    this.#transactionId = row?.id ?? '';
    return result;
  }

  async #commit(): Promise<QueryResult> {
    try {
      return await this.#run('commit', []);
    } catch (error) {
      const isKnown = !(error instanceof DatabaseTroubleError) || isRefusal(error.cause) || this.#transactionId === '';
      throw isKnown ? error : new BrokenCommitError(this.#transactionId, error);
    } finally {
      this.#transactionId = '';
    }
  }

  async #rollback(): Promise<QueryResult> {
    this.#transactionId = '';
    const nothing = { command: 'ROLLBACK', rowCount: 0, rows: [], oid: 0, fields: [] };
    if (this.#broken) return nothing;
    return this.#run('rollback', []).catch(() => {
      this.#broken = true;
      return nothing;
    });
  }

  /** @returns the result of the last statement */
  async #several(sql: string): Promise<QueryResult> {
    const results = (await this.#run(sql, [])) as unknown as readonly QueryResult[];
    return results.at(-1) as QueryResult;
  }

  async #run(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    try {
      return await this.#client.query(sql, [...parameters]);
    } catch (error) {
      // After a time limit of the client, the answer may still come.
      if (!isRefusal(error)) this.#broken = true;
      throw withTrouble(error);
    }
  }

  readonly #onError = () => {
    this.#broken = true;
  };
}

/** PostgreSQL stores no NUL in a text. JSON has none; the name of a file or a text of a peer may have one. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value;
}

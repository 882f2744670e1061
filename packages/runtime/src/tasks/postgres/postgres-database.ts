import type { Logger } from '@molecule/adapters';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../../support/clock.js';
import type { TaskLogSchema } from '../log/schema.js';
import type { Database, Send, SharedTransactions } from '../storage/database.js';
import { DatabaseTroubleError } from '../storage/database-trouble-error.js';
import { StorageError } from '../storage/storage-error.js';
import { type Patience, StorageGate } from '../storage/storage-gate.js';
import type { StorageTrouble } from '../storage/storage-trouble.js';
import { TestWrites } from '../storage/test-writes.js';
import { ARRAY_ROWS } from './array-rows.js';
import { BrokenCommitError } from './store-client.js';
import { SNAPSHOT, type StorePool } from './store-pool.js';
import { isConflict, isServerError } from './trouble-of.js';

/** A transaction that ended because of another one is run again at once, this often. */
const CONFLICT_TRIES = 5;
/** The longest pause before that, multiplied by the number of the try. */
const CONFLICT_PAUSE_MS = 10;

/** Writes of one transaction. More would make each of them wait longer for its commit. */
const WRITES = 500;

/** SQLSTATE of a parameter that the server cannot accept. */
const INVALID_PARAMETER = '22023';

export interface PostgresDatabaseOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** The database, for the log and for errors. */
  readonly place: string;
}

/** Transactions whose effect is not known, because the connection broke while they were committed. */
interface OpenCommit<Value> {
  readonly transactionId: string;
  readonly value: Value;
}

/**
 * A PostgreSQL database behind two gates, one for writes and one for reads: a standby can still be read.
 *
 * Transactions that write are of level `read committed`: every decision of the log is a condition of the statement that writes, or comes
 * after a statement that has locked the row of its task. What is decided by rows that others may add is locked by name.
 */
export class PostgresDatabase<Schema extends Pick<TaskLogSchema, 'storage_probe'>> implements Database<Schema> {
  readonly #pool: StorePool<Schema>;
  readonly #writes: StorageGate;
  readonly #reads: StorageGate;
  readonly #testWrites: TestWrites;

  constructor(pool: StorePool<Schema>, { logger, clock, place }: PostgresDatabaseOptions) {
    this.#pool = pool;
    const common = { logger, clock, place };
    const effect = 'output of running turns is kept in memory, and new messages are refused';
    this.#writes = new StorageGate({ ...common, effect, verb: 'written', probe: () => this.#touch() });
    this.#reads = new StorageGate({ ...common, verb: 'read', probe: () => this.#look() });
    this.#testWrites = new TestWrites(this.#writes, () => this.#touch());
  }

  read<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#reads.run(() => work(this.#pool.kysely), patience);
  }

  snapshot<Value>(work: (transaction: Transaction<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#reads.run(() => this.#pool.transact(SNAPSHOT, work), patience);
  }

  /** As a transaction, so that it is not repeated if it has taken place and only the answer was lost. */
  write<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.transaction(work, patience);
  }

  async transaction<Value>(
    work: (transaction: Transaction<Schema>, send: Send) => Promise<Value>,
    patience: Patience,
  ): Promise<Value> {
    let open: OpenCommit<Value> | undefined;
    const run = async () => {
      if (open) {
        if (await this.#hasTakenEffect(open.transactionId)) return open.value;
        open = undefined;
      }
      let value: { readonly of: Value } | undefined;
      try {
        return await this.#transact(async (transaction, send) => {
          value = undefined;
          const result = await work(transaction, send);
          value = { of: result };
          return result;
        });
      } catch (error) {
        if (error instanceof BrokenCommitError && value) open = { transactionId: error.transactionId, value: value.of };
        throw error;
      }
    };
    try {
      return await this.#writes.run(run, patience);
    } catch (error) {
      const { transactionId } = open ?? {};
      if (transactionId === undefined || !StorageError.is(error)) throw error;
      const { code, message, cause } = error;
      throw new StorageError(code, message, { cause, hasTakenEffect: () => this.#hasTakenEffect(transactionId) });
    }
  }

  async lock(transaction: Transaction<Schema>, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    // In one order, so that fewer transactions wait for each other.
    await sql`select pg_advisory_xact_lock(key) from (
      select distinct hashtextextended(name, 0) as key from unnest(${[...names]}::text[]) as name order by key
    ) as keys`.execute(transaction);
  }

  get shared(): SharedTransactions {
    return { writes: WRITES, rows: ARRAY_ROWS, commitChecks: true };
  }

  /** A commit is durable when it is acknowledged, as far as the server's `synchronous_commit` says. */
  async synced(): Promise<void> {}

  get syncs(): boolean {
    return false;
  }

  get trouble(): StorageTrouble | undefined {
    return this.#writes.trouble ?? this.#reads.trouble;
  }

  probe(): Promise<void> {
    return this.#testWrites.run();
  }

  /** The server's autovacuum does it. */
  async shrink(): Promise<boolean> {
    return false;
  }

  /** Closes all present connections at once, which may be dead without an error. Work that waits on them is done on new ones. */
  dropConnections(): void {
    this.#pool.dropConnections();
  }

  giveUp(): void {
    for (const gate of [this.#writes, this.#reads]) gate.giveUp();
  }

  async close(): Promise<void> {
    this.giveUp();
    await this.#pool.close();
  }

  async #transact<Value>(work: (transaction: Transaction<Schema>, send: Send) => Promise<Value>): Promise<Value> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#pool.transact('begin', work);
      } catch (error) {
        if (!isConflict(error) || tried === CONFLICT_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * CONFLICT_PAUSE_MS * tried));
      }
    }
  }

  /** @throws {DatabaseTroubleError} if it runs still, or the server cannot be asked */
  async #hasTakenEffect(transactionId: string): Promise<boolean> {
    const status = await this.#statusOf(transactionId);
    if (status !== 'in progress') return status === 'committed';
    const message = 'a transaction whose connection broke has not ended yet';
    throw new DatabaseTroubleError(message, { code: 'STORAGE_UNAVAILABLE', locked: true, cause: undefined });
  }

  async #statusOf(transactionId: string): Promise<string | null | undefined> {
    const query = sql<{ readonly status: string | null }>`select pg_xact_status(${transactionId}::xid8) as status`;
    try {
      return (await query.execute(this.#pool.kysely)).rows[0]?.status;
    } catch (error) {
      // The server has never begun it: it is another one, which does not have the newest transactions.
      if (isServerError(error) && error.code === INVALID_PARAMETER) return 'aborted';
      throw error;
    }
  }

  async #touch(): Promise<void> {
    const database = this.#pool.kysely as unknown as Kysely<Pick<TaskLogSchema, 'storage_probe'>>;
    const at = Date.now();
    await database
      .insertInto('storage_probe')
      .values({ id: 1, at })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ at }))
      .execute();
  }

  async #look(): Promise<void> {
    await sql`select 1`.execute(this.#pool.kysely);
  }
}

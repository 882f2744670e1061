import type { Logger } from '@molecule/adapters';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../../support/clock.js';
import type { Database, Send, SharedTransactions } from '../storage/database.js';
import { type Patience, StorageGate } from '../storage/storage-gate.js';
import type { StorageTrouble } from '../storage/storage-trouble.js';
import { TestWrites } from '../storage/test-writes.js';
import type { Checkpoints } from './checkpoints.js';
import type { DatabaseKind } from './database-kind.js';
import type { KeptTaskLog } from './kept-task-log.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { MOST_ROWS, VALUE_ROWS } from './value-rows.js';
import type { WalSync } from './wal-sync.js';

/** Pages that are freed in one step, which takes a few milliseconds. */
const SHRINK_PAGES = 128;

export interface SqliteDatabaseOptions<Schema> {
  readonly kind: DatabaseKind<Schema>;
  /** An absolute path, or `:memory:`. */
  readonly file: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The connection that kysely uses. */
  readonly connection: SqliteConnection;
  /** Default: commits are not followed by checkpoints of another thread. */
  readonly checkpoints?: Checkpoints;
  /** Default: what is committed survives the process only. */
  readonly sync?: WalSync;
  /** Checks before each write that the file is under its path. Default: no check. */
  readonly kept?: KeptTaskLog;
}

/** A SQLite database behind two gates, one for writes and one for reads: a full disk can still be read. */
export class SqliteDatabase<Schema> implements Database<Schema> {
  readonly #kysely: Kysely<Schema>;
  readonly #kind: DatabaseKind<Schema>;
  readonly #connection: SqliteConnection;
  readonly #kept: KeptTaskLog | undefined;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #sync: WalSync | undefined;
  readonly #writes: StorageGate;
  readonly #reads: StorageGate;
  readonly #syncs: StorageGate;
  readonly #testWrites: TestWrites;

  constructor(kysely: Kysely<Schema>, options: SqliteDatabaseOptions<Schema>) {
    const { kind, file, logger, clock, connection, kept, checkpoints, sync } = options;
    this.#kysely = kysely;
    this.#kind = kind;
    this.#connection = connection;
    this.#kept = kept;
    this.#checkpoints = checkpoints;
    this.#sync = sync;
    const common = { logger, clock, place: `${kind.title} ${file}` };
    // Running turns also write to a file that is not under its path, so their success does not end that trouble.
    const mayBeOver = () => kept?.isHere ?? true;
    const effect = kind.effect === undefined ? {} : { effect: kind.effect };
    this.#writes = new StorageGate({ ...common, ...effect, verb: 'written', probe: () => this.#touch(), mayBeOver });
    this.#testWrites = new TestWrites(this.#writes, () => this.#touch());
    this.#reads = new StorageGate({ ...common, verb: 'read', probe: () => this.#look() });
    this.#syncs = new StorageGate({ ...common, ...effect, verb: 'synced', probe: async () => sync?.synced() });
  }

  read<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#reads.run(() => work(this.#kysely), patience);
  }

  snapshot<Value>(work: (transaction: Transaction<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.read((database) => database.transaction().execute(work), patience);
  }

  write<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#writes.run(async () => {
      this.#kept?.require(Number.isFinite(patience.otherMs) ? 'new' : 'running');
      const value = await work(this.#kysely);
      this.#checkpoints?.committed();
      return value;
    }, patience);
  }

  async synced(patience: Patience): Promise<void> {
    const sync = this.#sync;
    if (sync) await this.#syncs.run(() => sync.synced(), patience);
  }

  get syncs(): boolean {
    return this.#sync !== undefined;
  }

  transaction<Value>(
    work: (transaction: Transaction<Schema>, send: Send) => Promise<Value>,
    patience: Patience,
  ): Promise<Value> {
    const run = (transaction: Transaction<Schema>) =>
      work(transaction, async (text, parameters) => this.#run(text, parameters));
    return this.write((database) => database.transaction().execute(run), patience);
  }

  get shared(): SharedTransactions {
    return { writes: MOST_ROWS, rows: VALUE_ROWS, commitChecks: false };
  }

  async lock(): Promise<void> {
    // A transaction that writes has the database to itself.
  }

  get trouble(): StorageTrouble | undefined {
    return this.#writes.trouble ?? this.#syncs.trouble ?? this.#reads.trouble;
  }

  probe(): Promise<void> {
    return this.#testWrites.run();
  }

  shrink(keepBytes: number, patience: Patience): Promise<boolean> {
    return this.write(
      (database) =>
        database.connection().execute(async (connection) => {
          const { rows } = await sql<{ readonly free: number; readonly bytes: number }>`
            select freelist_count as free, page_size as bytes from pragma_freelist_count, pragma_page_size
          `.execute(connection);
          const [{ free, bytes } = { free: 0, bytes: 1 }] = rows;
          const superfluous = free - Math.ceil(keepBytes / bytes);
          if (superfluous <= 0) return false;
          this.#connection.sqlite.exec(`pragma incremental_vacuum(${Math.min(superfluous, SHRINK_PAGES)})`);
          return superfluous > SHRINK_PAGES;
        }),
      patience,
    );
  }

  giveUp(): void {
    for (const gate of [this.#writes, this.#reads, this.#syncs]) gate.giveUp();
  }

  async close(): Promise<void> {
    this.giveUp();
    await this.#sync?.close();
    await this.#checkpoints?.close();
    await this.#kysely.destroy();
  }

  /** Runs a statement of the present transaction. */
  #run(sql: string, parameters: readonly unknown[]): readonly unknown[] {
    const statement = this.#connection.prepare(sql);
    if (statement.reader) return statement.all(parameters);
    statement.run(parameters);
    return [];
  }

  async #touch(): Promise<void> {
    this.#kept?.require('new');
    await this.#kind.touch(this.#kysely);
  }

  async #look(): Promise<void> {
    await sql`select count(*) from sqlite_master`.execute(this.#kysely);
  }
}

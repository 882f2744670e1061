import type { Kysely, Transaction } from 'kysely';
import type { Database, Send, SharedTransactions } from './database.js';
import type { Patience } from './storage-gate.js';
import type { StorageTrouble } from './storage-trouble.js';

/** A database of which every write survives a power cut when it resolves. */
export class SyncedDatabase<Schema> implements Database<Schema> {
  readonly #database: Database<Schema>;

  constructor(database: Database<Schema>) {
    this.#database = database;
  }

  read<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#database.read(work, patience);
  }

  snapshot<Value>(work: (transaction: Transaction<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#database.snapshot(work, patience);
  }

  async write<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value> {
    const value = await this.#database.write(work, patience);
    await this.synced(patience);
    return value;
  }

  async transaction<Value>(
    work: (transaction: Transaction<Schema>, send: Send) => Promise<Value>,
    patience: Patience,
  ): Promise<Value> {
    const value = await this.#database.transaction(work, patience);
    await this.synced(patience);
    return value;
  }

  lock(transaction: Transaction<Schema>, names: readonly string[]): Promise<void> {
    return this.#database.lock(transaction, names);
  }

  synced(patience: Patience): Promise<void> {
    return this.#database.synced(patience);
  }

  shrink(keepBytes: number, patience: Patience): Promise<boolean> {
    return this.#database.shrink(keepBytes, patience);
  }

  get shared(): SharedTransactions {
    return this.#database.shared;
  }

  get syncs(): boolean {
    return this.#database.syncs;
  }

  get trouble(): StorageTrouble | undefined {
    return this.#database.trouble;
  }

  probe(): Promise<void> {
    return this.#database.probe();
  }

  giveUp(): void {
    this.#database.giveUp();
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

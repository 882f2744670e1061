import type { Kysely, Transaction } from 'kysely';
import type { RowSource } from './row-source.js';
import type { Patience } from './storage-gate.js';
import type { StorageTrouble } from './storage-trouble.js';

/** Sends a statement of a transaction; resolves to the rows that it returns. */
export type Send = (sql: string, parameters: readonly unknown[]) => Promise<readonly unknown[]>;

/** How the writes of many tasks share a transaction. */
export interface SharedTransactions {
  /** How many writes one transaction runs at the same time. */
  readonly writes: number;
  /** How a statement takes the rows of several writes. */
  readonly rows: RowSource;
  /** True: a transaction with a failed statement cannot be committed, so its last statements need no wait of their own. */
  readonly commitChecks: boolean;
}

/**
 * One database of a task store. The task log and the team records reach it through this interface only, so they do not depend
 * on the kind of database. While the database is locked or out of order, work waits as long as its patience lasts.
 *
 * Work that fails for a reason of the storage is run again from its beginning, so a failed run must have no effect.
 */
export interface Database<Schema> {
  /** Runs one query. @throws {StorageError} when the patience ends before the trouble */
  read<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value>;

  /** Runs several queries that all see the same moment. @throws {StorageError} */
  snapshot<Value>(work: (transaction: Transaction<Schema>) => Promise<Value>, patience: Patience): Promise<Value>;

  /** Runs one statement that writes. @throws {StorageError} */
  write<Value>(work: (database: Kysely<Schema>) => Promise<Value>, patience: Patience): Promise<Value>;

  /**
   * Runs statements of which all or none take effect. They see what others have committed before each statement; a store in which
   * several transactions write at once has rows locked from their change to the end.
   *
   * @param work is also handed what sends a statement at once, while others may be on their way
   * @throws {StorageError} with `hasTakenEffect`, if it may have taken effect
   */
  transaction<Value>(
    work: (transaction: Transaction<Schema>, send: Send) => Promise<Value>,
    patience: Patience,
  ): Promise<Value>;

  readonly shared: SharedTransactions;

  /**
   * Waits until no other transaction has locked any of these names, and locks them until the transaction ends. It comes before a
   * decision by rows that another transaction may be adding. A store in which one transaction writes at a time does nothing.
   */
  lock(transaction: Transaction<Schema>, names: readonly string[]): Promise<void>;

  /**
   * Resolves when everything that was committed before survives a power cut; at once if the store promises less than that.
   *
   * @throws {StorageError} when the patience ends before the trouble
   */
  synced(patience: Patience): Promise<void>;

  /** True if {@link synced} has something to wait for. */
  readonly syncs: boolean;

  /** The reason why the database cannot be written or read now; undefined if it can. */
  readonly trouble: StorageTrouble | undefined;

  /**
   * Resolves when a test write has worked. There is at most one test write a second, however many callers ask.
   *
   * @throws {StorageError} with the cause
   */
  probe(): Promise<void>;

  /**
   * Frees a little of the space of deleted rows in the file system.
   *
   * @param keepBytes free space that stays for new rows
   * @returns true if there is more
   * @throws {StorageError}
   */
  shrink(keepBytes: number, patience: Patience): Promise<boolean>;

  /** For a process that ends: work that waits for the storage fails now, and later work waits two seconds at most. */
  giveUp(): void;

  close(): Promise<void>;
}

import { type FileHandle, open } from 'node:fs/promises';
import { syncPlaceOf } from '../../support/files/sync-directory.js';
import { StorageError } from '../storage/storage-error.js';
import type { Checkpoints } from './checkpoints.js';
import type { SqliteConnection } from './sqlite-connection.js';

/** A descriptor of the write-ahead log, and the connection that writes to that log. */
interface OpenLog {
  readonly sqlite: SqliteConnection['sqlite'];
  readonly handle: FileHandle;
}

/** Syncs the write-ahead log of a database, without blocking the event loop. */
export class WalSync {
  readonly #file: string;
  readonly #connection: SqliteConnection;
  readonly #checkpoints: Checkpoints;
  readonly #datasync: (handle: FileHandle) => Promise<void>;
  #log: OpenLog | undefined;
  /** The sync that runs, and the one that begins after it. */
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #hasFailed = false;

  /** @param datasync syncs an open file; a test passes one that fails */
  constructor(
    file: string,
    connection: SqliteConnection,
    checkpoints: Checkpoints,
    datasync = (handle: FileHandle) => handle.datasync(),
  ) {
    this.#file = file;
    this.#connection = connection;
    this.#checkpoints = checkpoints;
    this.#datasync = datasync;
  }

  /**
   * Resolves when everything that was committed before the call is on the disk. Calls that come while a sync runs share the next
   * one.
   *
   * @throws the error of the operating system; {@link StorageError}
   */
  synced(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#start();
      return this.#running;
    }
    this.#next ??= this.#running.then(
      () => this.#goOn(),
      () => this.#goOn(),
    );
    return this.#next;
  }

  async close(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => {});
    await this.#closeLog();
  }

  #goOn(): Promise<void> {
    this.#next = undefined;
    this.#running = this.#start();
    return this.#running;
  }

  async #start(): Promise<void> {
    try {
      await this.#sync();
    } finally {
      if (this.#next === undefined) this.#running = undefined;
    }
  }

  async #sync(): Promise<void> {
    if (this.#hasFailed) await this.#rewrite();
    // Calls of one turn of the event loop share a sync.
    else await new Promise(setImmediate);
    for (;;) {
      const { sqlite } = this.#connection;
      const log = await this.#openLog(sqlite);
      try {
        await this.#datasync(log.handle);
      } catch (error) {
        this.#hasFailed = true;
        throw error;
      }
      // If the database was replaced meanwhile, its content is in another log now.
      if (this.#connection.sqlite === sqlite) return;
    }
  }

  /**
   * After a failed sync, the operating system may have dropped what it could not write, and reports success for the next sync. So
   * everything is written again: from the log to the database file, which is synced there.
   */
  async #rewrite(): Promise<void> {
    if (!(await this.#checkpoints.run())) {
      throw new StorageError('STORAGE_UNAVAILABLE', 'a sync has failed, and no checkpoint could be made since');
    }
    await this.#closeLog();
    this.#hasFailed = false;
  }

  async #openLog(sqlite: OpenLog['sqlite']): Promise<OpenLog> {
    if (this.#log?.sqlite === sqlite) return this.#log;
    await this.#closeLog();
    const log = { sqlite, handle: await open(`${this.#file}-wal`, 'r+') };
    this.#log = log;
    await syncPlaceOf(this.#file);
    return log;
  }

  async #closeLog(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await log?.handle.close();
  }
}

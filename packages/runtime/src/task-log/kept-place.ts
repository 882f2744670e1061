import { dirname } from 'node:path';
import type { Logger } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import { FilePlace, type Place } from '../storage/file-place.js';
import type { SqliteConnection } from '../storage/sqlite-connection.js';
import { openStateDirectory } from '../storage/state-directory.js';
import { StorageError } from '../storage/storage-error.js';
import { carryOver } from './carry-over.js';
import { tryLock } from './file-lock.js';
import { openDatabase } from './open-database.js';
import type { TaskLogSchema } from './schema.js';

const TOLD: Readonly<Record<Exclude<Place, 'here' | 'unreachable'>, string>> = {
  deleted: 'was deleted while this process used it',
  moved: 'was moved away while this process used it',
  replaced: 'was replaced by another file while this process used it',
};

/**
 * Keeps an open task log under its path. One that was deleted is written again from what this process still has open; one
 * that was replaced hands over to the new file what that does not have. One that was moved is waited for: its file is
 * somebody's, and may come back.
 */
export class KeptPlace {
  readonly #place: FilePlace;
  readonly #database: Kysely<TaskLogSchema>;
  readonly #connection: SqliteConnection;
  readonly #logger: Logger;
  #restoring = false;
  #failure = '';

  constructor(file: string, database: Kysely<TaskLogSchema>, connection: SqliteConnection, logger: Logger) {
    this.#place = new FilePlace(file);
    this.#database = database;
    this.#connection = connection;
    this.#logger = logger;
  }

  /**
   * Nothing new may go into a file that nobody will find again, and nothing at all while it is handed over.
   *
   * @throws {StorageError} `STORAGE_UNAVAILABLE`
   */
  require(what: 'new' | 'running'): void {
    if (this.#restoring || (what === 'new' && !this.#place.isHere)) throw this.#error(this.#place.check());
  }

  /**
   * Looks, and restores what can be restored.
   *
   * @returns true when the log is under its path
   */
  async keep(): Promise<boolean> {
    if (this.#restoring) return false;
    const place = this.#place.check();
    if (place === 'here') return true;
    if (place === 'moved' || place === 'unreachable') return false;
    try {
      return await this.#restore();
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#failure) {
        this.#logger.error('the task log could not be restored; it is tried again', { file: this.#place.path, error });
      }
      this.#failure = message;
      return false;
    }
  }

  get isHere(): boolean {
    return this.#place.isHere;
  }

  /** Why it is not where it should be. */
  error(): StorageError {
    return this.#error(this.#place.check());
  }

  #error(place: Place): StorageError {
    return new StorageError('STORAGE_UNAVAILABLE', `the file ${this.#told(place)}`);
  }

  #told(place: Place): string {
    if (place === 'unreachable') return `cannot be reached under its path (${this.#place.problem})`;
    return place === 'here' ? 'is being restored' : TOLD[place];
  }

  async #restore(): Promise<boolean> {
    const file = this.#place.path;
    await openStateDirectory(dirname(file), this.#logger);
    // Replicas find the same at the same time; one after the other restores.
    const lock = tryLock(`${file}.restore`);
    if (!lock) return false;
    this.#restoring = true;
    try {
      // Holds the connection, so that no transaction runs meanwhile.
      const tasks = await this.#database.connection().execute(() => this.#handOver(file));
      this.#failure = '';
      this.#logger.warn('the task log is in its place again, with everything that this process knew', { file, tasks });
      return true;
    } finally {
      this.#restoring = false;
      lock.release();
    }
  }

  async #handOver(file: string): Promise<number> {
    this.#place.clearCompanions();
    const { connection } = await openDatabase(file, { logger: this.#logger });
    try {
      const tasks = await carryOver(this.#connection.sqlite, file);
      this.#connection.replace(connection.sqlite);
      this.#place.renew();
      return tasks;
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

import { dirname } from 'node:path';
import type { Logger } from '@molecule/adapters';
import { monotonicClock } from '../../support/clock.js';
import { FilePlace, type Place } from '../../support/files/file-place.js';
import { tryLock } from '../../support/sqlite/file-lock.js';
import type { TaskLogSchema } from '../log/schema.js';
import { openStateDirectory } from '../storage/state-directory.js';
import { StorageError } from '../storage/storage-error.js';
import { carryOver } from './carry-over.js';
import { type OpenedDatabase, openDatabase } from './open-database.js';
import { TASK_LOG } from './task-tables.js';

const FOUND: Readonly<Record<Exclude<Place, 'here' | 'unreachable'>, string>> = {
  deleted: 'was deleted while this process used it',
  moved: 'was moved away while this process used it',
  replaced: 'was replaced by another file while this process used it',
};

/**
 * Keeps the file of an open task log under its path. If the file was deleted, it is written again from what this process still
 * has open. If it was replaced, the tasks that the new file lacks are copied into it. If it was moved, nothing is written until
 * it is back under its path.
 */
export class KeptTaskLog {
  readonly #place: FilePlace;
  readonly #opened: OpenedDatabase<TaskLogSchema>;
  readonly #logger: Logger;
  #restoring = false;
  #failure = '';

  constructor(file: string, opened: OpenedDatabase<TaskLogSchema>, logger: Logger) {
    this.#place = new FilePlace(file);
    this.#opened = opened;
    this.#logger = logger;
  }

  /**
   * Refuses new tasks while the file is not under its path, and every write while tasks are copied to another file.
   *
   * @throws {StorageError} `STORAGE_UNAVAILABLE`
   */
  require(what: 'new' | 'running'): void {
    if (this.#restoring || (what === 'new' && !this.#place.isHere)) throw this.#error(this.#place.check());
  }

  /**
   * Checks where the file is, and restores it if that is possible.
   *
   * @returns true if the file is under its path
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
        this.#logger.error('the task log could not be restored; the next check tries again', {
          file: this.#place.path,
          error,
        });
      }
      this.#failure = message;
      return false;
    }
  }

  get isHere(): boolean {
    return this.#place.isHere;
  }

  #error(place: Place): StorageError {
    return new StorageError('STORAGE_UNAVAILABLE', `the file ${this.#finding(place)}`);
  }

  #finding(place: Place): string {
    if (place === 'unreachable') return `cannot be reached under its path (${this.#place.problem})`;
    return place === 'here' ? 'is being restored' : FOUND[place];
  }

  async #restore(): Promise<boolean> {
    const file = this.#place.path;
    await openStateDirectory(dirname(file), this.#logger);
    // Several processes may find the same file missing at once; they restore it one after the other.
    const lock = tryLock(`${file}.restore`);
    if (!lock) return false;
    this.#restoring = true;
    try {
      // Holds the only connection, so that no transaction runs meanwhile.
      const tasks = await this.#opened.kysely.connection().execute(() => this.#handOver(file));
      this.#failure = '';
      this.#logger.warn('the task log is in its place again, with all tasks of this process', { file, tasks });
      return true;
    } finally {
      this.#restoring = false;
      lock.release();
    }
  }

  async #handOver(file: string): Promise<number> {
    this.#place.clearCompanions();
    const { connection } = await openDatabase(TASK_LOG, file, { logger: this.#logger, clock: monotonicClock });
    const own = this.#opened.connection;
    try {
      const tasks = await carryOver(own.sqlite, file);
      own.replace(connection.sqlite);
      this.#place.renew();
      return tasks;
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

import { type Logger, silentLogger } from '@molecule/adapters';
import type { Kysely } from 'kysely';
import type { StorageClock } from '../storage/clock.js';
import { CALLER, type Patience, StorageGate } from '../storage/storage-gate.js';
import type { StorageTrouble } from '../storage/storage-trouble.js';
import { BacklogRoom } from './backlog-room.js';
import { KeptPlace } from './kept-place.js';
import { type OpenedDatabase, openDatabase } from './open-database.js';
import type { TaskLogSchema } from './schema.js';

/** For a write whose only purpose is to see whether it can be done: another process may write at this moment. */
const PROBE: Patience = { lockedMs: 1_000, otherMs: 0 };
/** How long the result of a test write is good for everybody who asks. */
const PROBE_KEPT_MS = 1_000;

export interface TaskStorageOptions {
  /** Is told of trouble. Default: nobody is. */
  readonly logger?: Logger;
  /** Default: the system's. */
  readonly clock?: StorageClock;
}

/** The database behind a task log. Everything that reads or writes it passes here, and is kept waiting or refused in trouble. */
export class TaskStorage {
  readonly database: Kysely<TaskLogSchema>;
  /** What writers may keep in memory while nothing can be written. */
  readonly room = new BacklogRoom();
  readonly #writes: StorageGate;
  readonly #reads: StorageGate;
  /** Absent: in memory. */
  readonly #place: KeptPlace | undefined;
  #probe: Promise<void> | undefined;
  #probedAt = 0;

  private constructor(opened: OpenedDatabase, file: string, { logger = silentLogger, clock }: TaskStorageOptions) {
    const { database, connection } = opened;
    this.database = database;
    this.#place = file === ':memory:' ? undefined : new KeptPlace(file, database, connection, logger);
    const common = { logger, place: `the task log ${file}`, ...(clock && { clock }) };
    const effect = 'what turns say is kept, and new messages are refused';
    // A turn writes to a file that is not in its place, too.
    const mayBeOver = () => this.#place?.isHere ?? true;
    this.#writes = new StorageGate({ ...common, verb: 'written', effect, probe: () => this.#touch(), mayBeOver });
    this.#reads = new StorageGate({ ...common, verb: 'read', probe: () => this.#look() });
  }

  /** @throws {TaskLogError} `TASK_LOG_OPEN_FAILED`, `TASK_LOG_MIGRATION_FAILED`, `TASK_LOG_TOO_NEW` */
  static async open(file: string, options: TaskStorageOptions): Promise<TaskStorage> {
    return new TaskStorage(await openDatabase(file, { logger: silentLogger, ...options }), file, options);
  }

  /** @throws {StorageError} when patience ends before the trouble */
  write<Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>, patience: Patience): Promise<Value> {
    return this.#writes.run(async () => {
      this.#place?.require(Number.isFinite(patience.otherMs) ? 'new' : 'running');
      return work(this.database);
    }, patience);
  }

  /** @throws {StorageError} when patience ends before the trouble */
  read<Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>, patience: Patience = CALLER): Promise<Value> {
    return this.#reads.run(() => work(this.database), patience);
  }

  /**
   * Looks whether the file is where it should be, and restores it where that is possible.
   *
   * @returns true when it is there
   */
  async keep(): Promise<boolean> {
    if (!this.#place) return true;
    const kept = await this.#place.keep();
    // A write that fails for it tells it, and so does the end of that.
    if (!kept) await this.probe().catch(() => {});
    return kept;
  }

  /** Why it cannot be written or read, while that is so. */
  get trouble(): StorageTrouble | undefined {
    return this.#writes.trouble ?? this.#reads.trouble;
  }

  /**
   * Writes one row of a table of its own, at most once a second, whoever asks.
   *
   * @throws {StorageError} when it cannot be written
   */
  probe(): Promise<void> {
    const now = performance.now();
    if (this.#probe === undefined || now - this.#probedAt >= PROBE_KEPT_MS) {
      this.#probedAt = now;
      this.#probe = this.#writes.run(() => this.#touch(), PROBE);
      // A failure is not kept: the trouble may be over at any moment.
      this.#probe.catch(() => {
        this.#probe = undefined;
      });
    }
    return this.#probe;
  }

  /** The process ends: what waits for storage is told so, and nothing waits any more. */
  giveUp(): void {
    this.#writes.giveUp();
    this.#reads.giveUp();
  }

  close(): Promise<void> {
    this.giveUp();
    return this.database.destroy();
  }

  async #touch(): Promise<void> {
    this.#place?.require('new');
    const row = { id: 1, at: Date.now() };
    await this.database
      .insertInto('storage_probe')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: row.at }))
      .execute();
  }

  async #look(): Promise<void> {
    await this.database.selectFrom('tasks').select('id').limit(1).execute();
  }
}

import type { Logger } from '@molecule/adapters';
import { sql } from 'kysely';
import type { ClientConfig } from 'pg';
import { type Clock, repeat } from '../../support/clock.js';
import { within } from '../../support/wait.js';
import type { Boots } from '../boots.js';
import type { Database } from '../storage/database.js';
import { CALLER, ONCE } from '../storage/storage-gate.js';
import { TaskLogError } from '../task-log-error.js';
import { type BootsSchema, isLeaseValid } from './boot-rows.js';
import { Lease } from './lease.js';

/** How often it is checked whether the lease could be renewed. */
const CHECK_MS = 100;
/** How long the first lease may take to be taken. */
const TAKE_MS = 10_000;
/** How long the end of a process waits until its lease is released. */
const RELEASE_MS = 2_000;
/** If a lease could not be taken because its thread has ended, another one is tried after this time. */
const AGAIN_MS = 1_000;
/** Rows of boots that ended without releasing their lease are deleted after this time. */
const DEAD = sql.lit('1 day');

export interface LeasedBootsOptions {
  readonly config: ClientConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called if a boot that was alive is not alive any more. */
  gone(): void;
  /** Called if this process has lost its lease: the database has given no answer for too long. */
  lost(): void;
}

/**
 * Boots of all processes that use a database. Each boot has a lease in a row, which is valid by the clock of the database. A process
 * that loses its lease counts itself as dead, and goes on as another boot with a lease of its own.
 */
export class LeasedBoots implements Boots {
  readonly #database: Database<BootsSchema>;
  readonly #options: LeasedBootsOptions;
  readonly #listeners: ((regained: Promise<void>) => void)[] = [];
  #lease: Lease;
  /** Resolves when the present lease was taken. */
  #taken = Promise.withResolvers<void>();
  #alive: readonly string[] = [];
  #trouble = '';
  #stopChecks = () => {};
  #isReleased = false;
  #isLost = false;

  constructor(database: Database<BootsSchema>, options: LeasedBootsOptions) {
    this.#database = database;
    this.#options = options;
    this.#lease = this.#take();
  }

  /** Of the lease that is held, or that is being taken after another one was lost. */
  get id(): string {
    // After a standstill, nothing may be claimed for a boot that others count as dead.
    this.#lease.check();
    return this.#lease.id;
  }

  /** @throws {TaskLogError} `TASK_LOG_OPEN_FAILED` */
  async start(): Promise<void> {
    await this.#database.write(
      (database) => sql`delete from boots where lease_until < clock_timestamp() - interval ${DEAD}`.execute(database),
      CALLER,
    );
    await within(this.#taken.promise, TAKE_MS, () => {
      throw new TaskLogError(
        'TASK_LOG_OPEN_FAILED',
        `The task log could not be opened: this process could not take its lease in the database within ${TAKE_MS / 1000} s: ${this.#trouble || 'no answer'}. Make sure that the database answers and has a connection free.`,
      );
    });
    this.#stopChecks = repeat(this.#options.clock, CHECK_MS, async () => this.#lease.check());
  }

  isAlive(other: string): Promise<boolean> {
    return isLeaseValid(this.#database, other, this.#options.logger);
  }

  /** As the last renewal has found it. */
  async count(): Promise<number> {
    return Math.max(1, this.#alive.length);
  }

  onLost(listener: (regained: Promise<void>) => void): void {
    this.#listeners.push(listener);
    if (this.#isLost) listener(this.#taken.promise);
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    this.#stopChecks();
    await this.#lease.stop();
    const { id } = this.#lease;
    const released = this.#database.write(
      (database) => sql`delete from boots where id = ${id}`.execute(database),
      ONCE,
    );
    // A lease that is not released ends by itself.
    await within(released, RELEASE_MS, () => undefined);
  }

  #take(previous?: string): Lease {
    const lease = new Lease({
      config: this.#options.config,
      id: crypto.randomUUID(),
      ...(previous !== undefined && { previous }),
      alive: (boots) => this.#found(boots),
      trouble: (reason) => {
        this.#trouble = reason;
        this.#options.logger.debug('the lease of this process could not be renewed', { reason });
      },
      over: (reason) => this.#over(lease, reason),
    });
    return lease;
  }

  #found(alive: readonly string[]): void {
    const before = this.#alive;
    this.#alive = alive;
    this.#trouble = '';
    this.#isLost = false;
    this.#taken.resolve();
    if (before.some((boot) => !alive.includes(boot))) this.#options.gone();
  }

  #over(lease: Lease, reason: string): void {
    if (this.#isReleased) return;
    const { logger, clock } = this.#options;
    if (!lease.wasTaken) {
      this.#trouble = reason;
      logger.warn('the thread of the lease has ended; it is started again', { reason });
      clock.after(AGAIN_MS, () => {
        if (!this.#isReleased) this.#lease = this.#take(lease.id);
      });
      return;
    }
    // Connections that have given no answer may never give one. The next lease has a connection of its own.
    this.#options.lost();
    this.#isLost = true;
    this.#taken = Promise.withResolvers();
    this.#lease = this.#take(lease.id);
    this.#alive = [];
    logger.warn(
      'this process has lost its lease in the database; its turns are aborted, and other processes run them',
      {
        boot: lease.id,
        reason,
        ...(this.#trouble && { cause: this.#trouble }),
      },
    );
    const regained = this.#taken.promise;
    for (const listener of this.#listeners) listener(regained);
    void regained.then(() => logger.info('this process has a lease again', { boot: this.#lease.id }));
  }
}

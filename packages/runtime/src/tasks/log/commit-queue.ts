import type { Transaction } from 'kysely';
import type { Database, Send } from '../storage/database.js';
import { StorageError } from '../storage/storage-error.js';
import type { Patience } from '../storage/storage-gate.js';
import { HotStatements } from './hot-statements.js';
import { LogTransaction } from './log-transaction.js';
import type { TaskLogSchema } from './schema.js';

/** How long a transaction may take up further writes: until it is committed, it blocks the event loop, or keeps others waiting. */
const TRANSACTION_MS = 5;
/** How long the writes of a tick wait together for a lock, for example of a checkpoint. Then each has its own patience. */
const TOGETHER: Patience = { lockedMs: 1_000, otherMs: 0 };

/**
 * A write of the log. It shares its transaction with others, so it decides by its first statements whether it takes place, and
 * returns a refusal instead of throwing it. It may run several times, and only its last run takes effect.
 */
export type LogWrite<Value> = (transaction: LogTransaction) => Promise<Value>;

interface Queued {
  readonly write: LogWrite<unknown>;
  readonly patience: Patience;
  readonly concerns: readonly string[];
  readonly written: PromiseWithResolvers<unknown>;
}

/**
 * The writes of all turns of a process. Those that come within one turn of the event loop, or while a transaction is on its way, are one
 * transaction, in which they run at the same time. Writes that concern the same run one after the other, in the order of their arrival, and
 * in transactions of their own. If a transaction fails, each write runs in one of its own, with its own patience, so that none fails because
 * of another.
 */
export class CommitQueue {
  readonly #database: Database<TaskLogSchema>;
  readonly #statements = new HotStatements();
  readonly #now: () => number;
  /** In the order of their arrival. */
  #queued: Queued[] = [];
  #isScheduled = false;

  /** @param now milliseconds; only differences count */
  constructor(database: Database<TaskLogSchema>, now: () => number = () => performance.now()) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Resolves to the result of `write` when it is committed.
   *
   * @param concerns what must not be changed by another write at the same time: see {@link taskConcern} and its kin
   * @throws {StorageError} when the patience ends before the trouble
   */
  run<Value>(write: LogWrite<Value>, patience: Patience, concerns: readonly string[]): Promise<Value> {
    const written = Promise.withResolvers<unknown>();
    this.#queued.push({ write, patience, concerns, written });
    this.#schedule();
    return written.promise as Promise<Value>;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      void this.#writeTogether(this.#take()).finally(() => {
        this.#isScheduled = false;
        if (this.#queued.length > 0) this.#schedule();
      });
    });
  }

  /** Takes the writes of which none concerns what an earlier one concerns. */
  #take(): readonly Queued[] {
    const taken: Queued[] = [];
    const left: Queued[] = [];
    const concerned = new Set<string>();
    for (const queued of this.#queued) {
      const isFree = queued.concerns.every((name) => !concerned.has(name));
      for (const name of queued.concerns) concerned.add(name);
      (isFree ? taken : left).push(queued);
    }
    this.#queued = left;
    return taken;
  }

  async #writeTogether(writes: readonly Queued[]): Promise<void> {
    let tried = 0;
    let results: unknown[] = [];
    const work = async (kysely: Transaction<TaskLogSchema>, send: Send) => {
      const begun = this.#now();
      const transaction = this.#transaction(kysely, send);
      [tried, results] = [0, []];
      const most = this.#database.shared.writes;
      do {
        const some = writes.slice(tried, tried + most);
        tried += some.length;
        results.push(...(await transaction.all(some.map(({ write }) => write))));
      } while (tried < writes.length && this.#now() - begun < TRANSACTION_MS);
      await transaction.storeContents();
    };
    try {
      await this.#database.transaction(work, TOGETHER);
      this.#putBack(writes.slice(tried));
      for (const [index, { written }] of writes.slice(0, tried).entries()) written.resolve(results[index]);
    } catch (error) {
      const done = Math.max(tried, 1);
      this.#putBack(writes.slice(done));
      const hasTakenEffect = StorageError.is(error) ? error.hasTakenEffect : undefined;
      for (const [index, queued] of writes.slice(0, done).entries()) {
        if (hasTakenEffect) void this.#writeUnless(hasTakenEffect, queued, results[index]);
        // The same error comes again for the write that has caused it.
        else void this.#writeAlone(queued);
      }
    }
  }

  /** They go first again. */
  #putBack(writes: readonly Queued[]): void {
    this.#queued = [...writes, ...this.#queued];
  }

  /** A write that may have taken effect is not repeated before that is known. */
  async #writeUnless(hasTakenEffect: () => Promise<boolean>, queued: Queued, result: unknown): Promise<void> {
    const { patience, written } = queued;
    try {
      if (await this.#database.read(hasTakenEffect, patience)) return written.resolve(result);
    } catch (error) {
      return written.reject(error);
    }
    await this.#writeAlone(queued);
  }

  async #writeAlone({ write, patience, written }: Queued): Promise<void> {
    const work = async (kysely: Transaction<TaskLogSchema>, send: Send) => {
      const transaction = this.#transaction(kysely, send);
      const [result] = await transaction.all([write]);
      await transaction.storeContents();
      return result;
    };
    await this.#database.transaction(work, patience).then(written.resolve, written.reject);
  }

  #transaction(kysely: Transaction<TaskLogSchema>, send: Send): LogTransaction {
    return new LogTransaction(kysely, send, { statements: this.#statements, shared: this.#database.shared });
  }
}

/** What a write of a task concerns. */
export function taskConcern(taskId: string): string {
  return `task ${taskId}`;
}

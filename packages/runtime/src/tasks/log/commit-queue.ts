import type { Transaction } from 'kysely';
import type { Database } from '../storage/database.js';
import { StorageError } from '../storage/storage-error.js';
import type { Patience } from '../storage/storage-gate.js';
import { HotStatements } from './hot-statements.js';
import { LogTransaction } from './log-transaction.js';
import type { TaskLogSchema } from './schema.js';

/** How long a transaction may take up further writes: until it is committed, it blocks the event loop. */
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
  readonly written: PromiseWithResolvers<unknown>;
}

/**
 * The writes of all turns of a process. Those that come within one turn of the event loop are one transaction. If it fails, each
 * write runs in a transaction of its own, with its own patience, so that none fails because of another.
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
   * @throws {StorageError} when the patience ends before the trouble
   */
  run<Value>(write: LogWrite<Value>, patience: Patience): Promise<Value> {
    const written = Promise.withResolvers<unknown>();
    this.#queued.push({ write, patience, written });
    this.#schedule();
    return written.promise as Promise<Value>;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      void this.#writeTogether().finally(() => {
        this.#isScheduled = false;
        if (this.#queued.length > 0) this.#schedule();
      });
    });
  }

  async #writeTogether(): Promise<void> {
    let tried = 0;
    let results: unknown[] = [];
    const work = async (kysely: Transaction<TaskLogSchema>) => {
      const begun = this.#now();
      const transaction = new LogTransaction(kysely, this.#statements);
      [tried, results] = [0, []];
      for (const { write } of this.#queued) {
        tried++;
        results.push(await write(transaction));
        if (this.#now() - begun >= TRANSACTION_MS) break;
      }
      await transaction.insertEvents();
    };
    try {
      await this.#database.transaction(work, TOGETHER);
      for (const [index, { written }] of this.#take(tried).entries()) written.resolve(results[index]);
    } catch (error) {
      const hasTakenEffect = StorageError.is(error) ? error.hasTakenEffect : undefined;
      for (const [index, queued] of this.#take(Math.max(tried, 1)).entries()) {
        if (hasTakenEffect) void this.#writeUnless(hasTakenEffect, queued, results[index]);
        // The same error comes again for the write that has caused it.
        else void this.#writeAlone(queued);
      }
    }
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
    const work = async (kysely: Transaction<TaskLogSchema>) => {
      const transaction = new LogTransaction(kysely, this.#statements);
      const result = await write(transaction);
      await transaction.insertEvents();
      return result;
    };
    await this.#database.transaction(work, patience).then(written.resolve, written.reject);
  }

  #take(count: number): readonly Queued[] {
    const taken = this.#queued.slice(0, count);
    this.#queued = this.#queued.slice(count);
    return taken;
  }
}

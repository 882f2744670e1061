import {
  assertStoreKey,
  EngineError,
  type JsonValue,
  type NewEntry,
  type StoredPage,
  type StoredRange,
  storedJson,
  type TurnStore,
} from '@molecule/adapters';
import type { Transaction } from 'kysely';
import type { Database } from '../../storage/database.js';
import { type Patience, TURN } from '../../storage/storage-gate.js';
import type { CommitQueue } from '../commit-queue.js';
import type { LogTransaction } from '../log-transaction.js';
import type { TaskHead } from '../records.js';
import type { TaskLogSchema } from '../schema.js';
import { type HeldContext, hold, take } from './holder.js';
import { appendEntries, deleteList, deleteStored, jsonEntry, readPage, readValue, writeValue } from './stored-rows.js';

/** Where a store reads and writes. */
export interface StoreParts {
  readonly database: Database<TaskLogSchema>;
  readonly commits: CommitQueue;
}

/** A write of the store. `before` is the number of positions that were given before it. */
type StoreWrite<Value> = (transaction: LogTransaction, before: number) => Promise<Value>;

/**
 * The engine store under a claim, for one attempt. With its first call, the claim takes the context; from then on the stores of earlier
 * claims are refused. Each write checks in its own transaction that the claim still has the context.
 */
export class ClaimedStore implements TurnStore {
  readonly #parts: StoreParts;
  readonly #held: HeldContext;
  #hasTaken = false;
  #isOver = false;
  #isHeld = false;
  /** Settles when the last call has ended. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: StoreParts, context: string, { taskId, fence }: Pick<TaskHead, 'taskId' | 'fence'>) {
    this.#parts = parts;
    this.#held = { context, taskId, fence };
  }

  /** True while storage trouble delays a call. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Refuses every further call: another attempt has begun under the same claim. */
  end(): void {
    this.#isOver = true;
  }

  async get(key: string): Promise<JsonValue | undefined> {
    const place = this.#place(key);
    return this.#read((database) => readValue(database, place));
  }

  async list(key: string, range?: StoredRange): Promise<StoredPage> {
    const place = this.#place(key);
    return this.#read((database) => readPage(database, place, range));
  }

  async put(key: string, value: JsonValue): Promise<void> {
    const place = this.#place(key);
    const stored = storedJson(key, value);
    await this.#write((transaction) => writeValue(transaction, place, stored));
  }

  append(key: string, entries: readonly NewEntry[]): Promise<number> {
    return this.#writeList(key, entries, false);
  }

  replace(key: string, entries: readonly NewEntry[]): Promise<number> {
    return this.#writeList(key, entries, true);
  }

  async delete(key?: string): Promise<void> {
    if (key !== undefined) assertStoreKey(key);
    await this.#write((transaction) => deleteStored(transaction.kysely, this.#held.context, key));
  }

  async #writeList(key: string, entries: readonly NewEntry[], replaces: boolean): Promise<number> {
    const place = this.#place(key);
    const stored = entries.map((entry) => jsonEntry(entry, storedJson(key, entry.value)));
    return this.#write(async (transaction, before) => {
      if (replaces) await deleteList(transaction.kysely, place);
      return appendEntries(transaction, place, stored, before);
    }, entries.length);
  }

  #read<Value>(read: (database: Transaction<TaskLogSchema>) => Promise<Value>): Promise<Value> {
    return this.#inOrder(async () => {
      if (!this.#hasTaken) await this.#commit(async () => {}, 0);
      return this.#parts.database.snapshot(read, this.#patience());
    });
  }

  #write<Value>(write: StoreWrite<Value>, positions = 0): Promise<Value> {
    return this.#inOrder(() => this.#commit(write, positions));
  }

  async #commit<Value>(write: StoreWrite<Value>, positions: number): Promise<Value> {
    const outcome = await this.#parts.commits.run(
      async (transaction) => {
        if (!this.#hasTaken && !(await take(transaction, this.#held))) return undefined;
        const before = await hold(transaction, this.#held, positions);
        return before === undefined ? undefined : { value: await write(transaction, before) };
      },
      this.#patience(),
      [`engine store ${this.#held.context}`],
    );
    if (!outcome) throw superseded();
    this.#hasTaken = true;
    return outcome.value;
  }

  #inOrder<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(() => {
      if (this.#isOver) throw superseded();
      return work().finally(() => {
        this.#isHeld = false;
      });
    });
    this.#last = done.catch(() => {});
    return done;
  }

  #patience(): Patience {
    return {
      ...TURN,
      onHeld: () => {
        this.#isHeld = true;
      },
    };
  }

  #place(key: string) {
    assertStoreKey(key);
    return { context: this.#held.context, key };
  }
}

function superseded(): EngineError {
  return new EngineError(
    'canceled',
    'The engine store refuses this turn: another attempt or turn of the conversation has begun, or the turn never began.',
  );
}

import {
  assertStoreKey,
  type EngineStore,
  type JsonValue,
  type StoredContext,
  type StoredPage,
  type StoredRange,
} from '@molecule/adapters';
import { engineContext } from '../../engine-context.js';
import type { Database } from '../../storage/database.js';
import { CALLER } from '../../storage/storage-gate.js';
import type { TaskHead } from '../records.js';
import type { TaskLogSchema } from '../schema.js';
import { ClaimedStore, type StoreParts } from './claimed-store.js';
import { deleteStored, readPage, readValue } from './stored-rows.js';

/** The engine store: what engines store of their contexts. */
export class EngineRecords implements EngineStore {
  readonly #parts: StoreParts;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  of(contextId: string): StoredContext {
    return new ContextRecords(this.#parts.database, contextId);
  }

  /** The store for one attempt of a claimed turn. */
  underClaim(claim: Pick<TaskHead, 'taskId' | 'fence' | 'owner' | 'contextId'>): ClaimedStore {
    return new ClaimedStore(this.#parts, engineContext(claim.owner, claim.contextId), claim);
  }
}

class ContextRecords implements StoredContext {
  readonly #database: Database<TaskLogSchema>;
  readonly #context: string;

  constructor(database: Database<TaskLogSchema>, context: string) {
    this.#database = database;
    this.#context = context;
  }

  async get(key: string): Promise<JsonValue | undefined> {
    assertStoreKey(key);
    return this.#database.read((database) => readValue(database, { context: this.#context, key }), CALLER);
  }

  async list(key: string, range?: StoredRange): Promise<StoredPage> {
    assertStoreKey(key);
    return this.#database.snapshot((database) => readPage(database, { context: this.#context, key }, range), CALLER);
  }

  async delete(key?: string): Promise<void> {
    if (key !== undefined) assertStoreKey(key);
    await this.#database.write((database) => deleteStored(database, this.#context, key), CALLER);
  }
}

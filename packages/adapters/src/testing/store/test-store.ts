import { randomUUID } from 'node:crypto';
import { assertStoreKey, storedJson } from '../../checks/stored-json.js';
import type { EngineStore, NewEntry, StoredContext, StoredRange, TurnStore } from '../../contract/store.js';
import { EngineError } from '../../errors/engine-error.js';
import { type StoreChange, StoreJournal } from './store-journal.js';
import { StoredState } from './stored-state.js';

/** An engine store for tests, which keeps the rules of the runtime's. */
export interface TestStore extends EngineStore {
  /** The store of one attempt of a turn, for `TurnControls.store`. */
  forTurn(contextId: string): TurnStore;
}

/** @param directory Where it is stored, for tests that kill processes. It must exist. Default: in memory. */
export function testStore(directory?: string): TestStore {
  const journal = new StoreJournal(directory);
  return {
    of: (contextId) => new TestContextStore(journal, contextId),
    forTurn: (contextId) => new TestTurnStore(journal, contextId),
  };
}

class TestContextStore implements StoredContext {
  readonly #journal: StoreJournal;
  readonly #contextId: string;

  constructor(journal: StoreJournal, contextId: string) {
    this.#journal = journal;
    this.#contextId = contextId;
  }

  async get(key: string) {
    assertStoreKey(key);
    return this.state().get(key);
  }

  async list(key: string, range?: StoredRange) {
    assertStoreKey(key);
    return this.state().page(key, range);
  }

  async delete(key?: string) {
    if (key !== undefined) assertStoreKey(key);
    this.write({ do: 'delete', ...(key !== undefined && { key }) });
  }

  protected state(): StoredState {
    return new StoredState(this.#journal.read(this.#contextId));
  }

  protected write(change: StoreChange): void {
    this.#journal.write(this.#contextId, change);
  }
}

class TestTurnStore extends TestContextStore implements TurnStore {
  readonly #holder = randomUUID();
  #hasTaken = false;

  override async get(key: string) {
    this.#hold();
    return super.get(key);
  }

  override async list(key: string, range?: StoredRange) {
    this.#hold();
    return super.list(key, range);
  }

  override async delete(key?: string) {
    if (key !== undefined) assertStoreKey(key);
    this.#change({ do: 'delete', holder: this.#holder, ...(key !== undefined && { key }) });
  }

  async put(key: string, value: NewEntry['value']) {
    assertStoreKey(key);
    storedJson(key, value);
    this.#change({ do: 'put', holder: this.#holder, key, value });
  }

  async append(key: string, entries: readonly NewEntry[]) {
    return this.#list('append', key, entries);
  }

  async replace(key: string, entries: readonly NewEntry[]) {
    return this.#list('replace', key, entries);
  }

  #list(how: 'append' | 'replace', key: string, entries: readonly NewEntry[]): number {
    assertStoreKey(key);
    for (const { value } of entries) storedJson(key, value);
    this.#change({ do: how, holder: this.#holder, key, entries: [...entries] });
    return this.state().last(key);
  }

  #change(change: StoreChange): void {
    this.#hold();
    this.write(change);
  }

  #hold(): void {
    if (!this.#hasTaken) this.write({ do: 'take', holder: this.#holder });
    this.#hasTaken = true;
    if (this.state().holder === this.#holder) return;
    throw new EngineError('canceled', 'Another attempt or turn of this conversation has begun.');
  }
}

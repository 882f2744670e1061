import type { JsonValue } from '../../contract/json.js';
import type { NewEntry, StoredEntry, StoredPage, StoredRange } from '../../contract/store.js';
import type { StoreChange } from './store-journal.js';

/** What is stored of one context after its changes. */
export class StoredState {
  readonly #values = new Map<string, JsonValue>();
  readonly #lists = new Map<string, StoredEntry[]>();
  #holder: string | undefined;
  #position = 0;

  constructor(changes: readonly StoreChange[]) {
    for (const change of changes) this.#apply(change);
  }

  /** Whose changes take effect. */
  get holder(): string | undefined {
    return this.#holder;
  }

  get(key: string): JsonValue | undefined {
    return this.#values.get(key);
  }

  last(key: string): number {
    return this.#lists.get(key)?.at(-1)?.position ?? 0;
  }

  page(key: string, { after = 0, limit = 1000 }: StoredRange = {}): StoredPage {
    const rest = (this.#lists.get(key) ?? []).filter(({ position }) => position > after);
    const entries = rest.slice(0, limit);
    return { entries, next: entries.at(-1)?.position ?? after, more: rest.length > entries.length };
  }

  #apply(change: StoreChange): void {
    if (change.do === 'take') this.#holder = change.holder;
    if (change.holder !== undefined && change.holder !== this.#holder) return;
    if (change.do === 'put') this.#values.set(change.key, change.value);
    if (change.do === 'delete') this.#delete(change.key);
    if (change.do === 'replace') this.#lists.delete(change.key);
    if (change.do === 'append' || change.do === 'replace') this.#append(change.key, change.entries);
  }

  #append(key: string, entries: readonly NewEntry[]): void {
    const list = this.#lists.get(key) ?? [];
    for (const entry of entries) {
      if (entry.id !== undefined && list.some(({ id }) => id === entry.id)) continue;
      this.#position += 1;
      list.push({ ...entry, position: this.#position });
    }
    this.#lists.set(key, list);
  }

  #delete(key: string | undefined): void {
    if (key === undefined) {
      this.#values.clear();
      this.#lists.clear();
    } else {
      this.#values.delete(key);
      this.#lists.delete(key);
    }
  }
}

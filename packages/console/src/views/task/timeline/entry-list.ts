import type { TimelineEntry } from './items.js';

/** The entries in their order, which replaces changed ones in place, so that a drawing compares objects only. */
export class EntryList {
  readonly entries: TimelineEntry[] = [];
  readonly #places = new Map<string, number>();

  get last(): TimelineEntry | undefined {
    return this.entries.at(-1);
  }

  add(entry: TimelineEntry): void {
    this.#places.set(entry.key, this.entries.length);
    this.entries.push(entry);
  }

  get(key: string): TimelineEntry | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.entries[place];
  }

  /** Puts a changed entry in the place of the one with its key. */
  replace(entry: TimelineEntry): void {
    const place = this.#places.get(entry.key);
    if (place !== undefined) this.entries[place] = entry;
  }

  /** Changes what `change` returns another entry for, from the end back to the first entry for which `isBefore` is true. */
  changeBack(
    isBefore: (entry: TimelineEntry) => boolean,
    change: (entry: TimelineEntry) => TimelineEntry | undefined,
  ): boolean {
    let changed = false;
    for (let place = this.entries.length - 1; place >= 0; place -= 1) {
      const entry = this.entries[place];
      if (entry === undefined || isBefore(entry)) break;
      const next = change(entry);
      if (next === undefined) continue;
      this.entries[place] = next;
      changed = true;
    }
    return changed;
  }

  replaceAll(entries: readonly TimelineEntry[]): void {
    this.entries.length = 0;
    this.insert(0, entries);
  }

  /** Adds entries before the given place. */
  insert(place: number, added: readonly TimelineEntry[]): void {
    this.entries.splice(place, 0, ...added);
    this.#places.clear();
    for (const [index, { key }] of this.entries.entries()) this.#places.set(key, index);
  }
}

import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../contract/json.js';
import type { NewEntry } from '../../contract/store.js';

/** What was done to the stored values of one context, in order. */
export type StoreChange =
  | { readonly do: 'take'; readonly holder: string }
  | { readonly do: 'put'; readonly holder: string; readonly key: string; readonly value: JsonValue }
  | { readonly do: 'append' | 'replace'; readonly holder: string; readonly key: string; readonly entries: NewEntry[] }
  /** `holder` is absent for a deletion outside of turns, `key` for one of all keys. */
  | { readonly do: 'delete'; readonly holder?: string; readonly key?: string };

/** The changes of each context: in memory, or in one file for each context, which other processes read and write too. */
export class StoreJournal {
  readonly #directory: string | undefined;
  readonly #lines = new Map<string, string[]>();

  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  write(contextId: string, change: StoreChange): void {
    const line = JSON.stringify(change);
    if (this.#directory === undefined) this.#lines.set(contextId, [...(this.#lines.get(contextId) ?? []), line]);
    else appendFileSync(this.#pathOf(this.#directory, contextId), `${line}\n`);
  }

  read(contextId: string): readonly StoreChange[] {
    return this.#linesOf(contextId).map((line) => JSON.parse(line) as StoreChange);
  }

  #linesOf(contextId: string): readonly string[] {
    if (this.#directory === undefined) return this.#lines.get(contextId) ?? [];
    try {
      // What follows the last line feed is incomplete, because its process was killed.
      return readFileSync(this.#pathOf(this.#directory, contextId), 'utf8').split('\n').slice(0, -1);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  #pathOf(directory: string, contextId: string): string {
    return join(directory, `${createHash('sha256').update(contextId).digest('hex')}.jsonl`);
  }
}

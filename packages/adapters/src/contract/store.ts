import type { JsonValue } from './json.js';

/** An entry of a list, as it is appended. */
export interface NewEntry {
  /** Identifies the entry: an entry whose id the list has already is left out. Absent: the entry is always appended. */
  readonly id?: string;
  readonly value: JsonValue;
}

/** An entry of a list. */
export interface StoredEntry extends NewEntry {
  /** Ascending in the list, with gaps. A position is never used twice, also not after {@link TurnStore.replace}. */
  readonly position: number;
}

/** Which entries of a list are read. */
export interface StoredRange {
  /** Position after which the page begins: 0, or `next` of the page before. Default 0. */
  readonly after?: number;
  /** The largest number of entries, from 1. Default 1000. A page has at most 8 MiB of JSON, but at least one entry if there is one. */
  readonly limit?: number;
}

/** A page of a list. */
export interface StoredPage {
  readonly entries: readonly StoredEntry[];
  /** `after` of the page that follows. */
  readonly next: number;
  /** True if entries follow now. */
  readonly more: boolean;
}

/**
 * What an engine stores of one context, in the runtime's task store. If the task store is shared by several machines, every one of them
 * finds it. A key holds a value, a list, or both.
 */
export interface StoredContext {
  /** The value of a key; `undefined` if there is none. */
  get(key: string): Promise<JsonValue | undefined>;
  /** A page of the list of a key, in the order of the positions. */
  list(key: string, range?: StoredRange): Promise<StoredPage>;
  /** Deletes the value and the list of a key, or of all keys. */
  delete(key?: string): Promise<void>;
}

/**
 * What an engine stores of the context of a turn. Calls take effect in the order in which they were made. Each is complete or has no
 * effect, and has survived the end of the process once it resolves.
 *
 * The store belongs to one attempt of the turn. It may be written after the attempt has ended, for what comes late, until another
 * attempt or turn of the context uses its own store, in any process. Then every call is refused with `EngineError` `canceled`: a process
 * that was thought dead cannot overwrite what its successor has stored.
 *
 * A key has 1 to 255 characters. A value or an entry has at most 16 MiB of JSON; a larger one is refused with `EngineError`
 * `invalid-request`.
 */
export interface TurnStore extends StoredContext {
  /** Stores a value, in the place of an earlier one. */
  put(key: string, value: JsonValue): Promise<void>;
  /**
   * Appends to the list of a key.
   *
   * @returns the position of the last entry of the list; 0 if it is empty
   */
  append(key: string, entries: readonly NewEntry[]): Promise<number>;
  /**
   * Stores a list in the place of an earlier one, in one step.
   *
   * @returns the position of the last entry of the list; 0 if it is empty
   */
  replace(key: string, entries: readonly NewEntry[]): Promise<number>;
}

/** What an engine stores of all contexts, for work outside of turns. Only turns write: see {@link TurnStore}. */
export interface EngineStore {
  /** @param contextId `contextId` of a turn. Contexts of different owners have different ones. */
  of(contextId: string): StoredContext;
}

import { isLight, mergeEvents, weightOf } from '../events/merge-events.js';
import type { TaskEvent } from '../events/task-event.js';
import type { TurnInput } from '../turn-input.js';
import type { StepRow } from './steps/step-rows.js';
import type { StoredRun } from './stored-run.js';
import type { EndedTurn } from './turn-reports.js';

/** Characters that are added to an event's text to estimate its size in memory. */
const EVENT_WEIGHT = 512;
/** Characters that all turns of a process may keep in memory. */
const MOST_OF_ALL = 64 * 1024 * 1024;
/** Characters that one turn may keep in memory; beyond them its engine waits. */
const MOST_OF_ONE = 4 * 1024 * 1024;

/** Bounds what the turns of a process keep in memory while the task log cannot be written. */
export class Backlog {
  #taken = 0;

  /** Reserves `weight` for a turn that has reserved `own` already. False: there is no room. */
  reserve(weight: number, own: number): boolean {
    if (own + weight > MOST_OF_ONE || this.#taken + weight > MOST_OF_ALL) return false;
    this.#taken += weight;
    return true;
  }

  release(weight: number): void {
    this.#taken -= weight;
  }
}

/** What an entry changes besides appending its events; texts are JSON. */
export interface Change {
  readonly attempt?: number;
  readonly result?: string;
  /** What is reported of the end of the turn. */
  readonly end?: EndedTurn;
  readonly checkpoint?: string;
  /** The open question; null: there is none. */
  readonly question?: string | null;
  readonly step?: StepRow;
  /** The turn is put away, and goes on as a later one. */
  readonly run?: StoredRun;
  /** The turn that is the present one from now on, and begins at a time: milliseconds since 1970. */
  readonly later?: { readonly input: TurnInput; readonly at: number };
}

/** What is written in one transaction. */
export interface Entry {
  readonly events: TaskEvent[];
  change: Change;
  /** Reserved in the backlog. */
  weight: number;
  readonly written: PromiseWithResolvers<void>;
}

/**
 * The writes of one turn, in order. During storage trouble, writes are kept in memory and made later. The engine continues
 * meanwhile, until the backlog is full.
 */
export class WriteQueue {
  readonly #backlog: Backlog;
  readonly #commit: (entry: Entry, onHeld: () => void) => Promise<void>;
  readonly #entries: Entry[] = [];
  #writing = false;
  /** Resolves when the storage makes the present write wait. */
  #held = Promise.withResolvers<void>();
  #isHeld = false;
  #kept = 0;
  /** The error of a failed write. The writer's task is then ahead of the log, so nothing more is written. */
  #failure: unknown;

  constructor(backlog: Backlog, commit: (entry: Entry, onHeld: () => void) => Promise<void>) {
    this.#backlog = backlog;
    this.#commit = commit;
  }

  /** True while storage trouble delays a write. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  add(events: readonly TaskEvent[], change: Change): Entry {
    const waiting = this.#entries.length > 1 ? this.#entries.at(-1) : undefined;
    if (waiting && joined(waiting, events, change)) return waiting;
    const entry: Entry = {
      events: [...events],
      change,
      weight: 0,
      written: Promise.withResolvers<void>(),
    };
    // Not every caller awaits this; a failure is also reported by the next write.
    entry.written.promise.catch(() => {});
    this.#entries.push(entry);
    if (!this.#writing) void this.#write();
    return entry;
  }

  /** Resolves when the entry is written, or when storage trouble delays it and the backlog has room for its events. */
  async writtenOrKept(entry: Entry, events: readonly TaskEvent[]): Promise<void> {
    const weight = events.reduce((sum, event) => sum + weightOf(event), entry.weight === 0 ? EVENT_WEIGHT : 0);
    if (!events.every(isLight) || !this.#backlog.reserve(weight, this.#kept)) return entry.written.promise;
    entry.weight += weight;
    this.#kept += weight;
    await Promise.race([entry.written.promise, this.#held.promise]);
  }

  /** Writes the entries in order. An entry stays in the queue until it is written. */
  async #write(): Promise<void> {
    this.#writing = true;
    for (let entry = this.#entries[0]; entry; entry = this.#entries[0]) {
      try {
        if (this.#failure !== undefined) throw this.#failure;
        await this.#commit(entry, () => this.#hold());
        entry.written.resolve();
      } catch (error) {
        this.#failure ??= error;
        entry.written.reject(error);
      }
      this.#entries.shift();
      this.#kept -= entry.weight;
      this.#backlog.release(entry.weight);
    }
    this.#writing = false;
    this.#held = Promise.withResolvers<void>();
    this.#isHeld = false;
  }

  #hold(): void {
    this.#isHeld = true;
    this.#held.resolve();
  }
}

/** Merges into a waiting entry what needs no separate row: more of the same text, or a newer checkpoint. */
function joined(waiting: Entry, events: readonly TaskEvent[], change: Change): boolean {
  const [event, ...others] = events;
  if (event && others.length === 0 && Object.keys(change).length === 0) {
    const last = waiting.events.at(-1);
    const merged = last && Object.keys(waiting.change).length === 0 ? mergeEvents(last, event) : undefined;
    if (!merged) return false;
    waiting.events.splice(-1, 1, merged);
    return true;
  }
  const both = waiting.events.length === 0 && events.length === 0;
  if (!both || change.checkpoint === undefined || waiting.change.checkpoint === undefined) return false;
  waiting.change = { ...waiting.change, ...change };
  return true;
}

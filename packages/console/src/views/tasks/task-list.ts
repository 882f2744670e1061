import { readTasks, type TaskFilter } from '../../api/queries.js';
import type { TaskPage, TaskRow } from '../../api/types.js';
import type { LiveBatch } from '../../live/batch.js';
import { matchesFilter } from './matches-filter.js';

/** Rows that are read at least before the list waits for the reader. */
const ENOUGH = 20;

/**
 * The rows of one filter: pages that were read, kept current by the live stream. A row that changes stays in its place, so that the list does
 * not move below the reader; a new one comes first. The order is the server's again when the list is read again.
 */
export class TaskList {
  readonly filter: TaskFilter;
  readonly #owner: string;
  readonly #stopped: AbortSignal;
  #rows: TaskRow[] = [];
  #places = new Map<string, number>();
  /** Tasks that were deleted; a page that was on its way may still have them. */
  readonly #removed = new Set<string>();
  #next: string | undefined;
  #state: 'new' | 'reading' | 'ready' = 'new';
  #failure: unknown;
  #version = 0;
  #prepended = 0;
  readonly #listeners = new Set<() => void>();

  /** @param stopped aborts what is read when the list is no longer shown */
  constructor(filter: TaskFilter, owner: string, stopped: AbortSignal) {
    this.filter = filter;
    this.#stopped = stopped;
    this.#owner = owner;
  }

  /** Changes with everything that a view shows. */
  get version(): number {
    return this.#version;
  }

  /** Rows that were put in front of others so far. */
  get prepended(): number {
    return this.#prepended;
  }

  get rows(): readonly TaskRow[] {
    return this.#rows;
  }

  get failure(): unknown {
    return this.#failure;
  }

  get isReading(): boolean {
    return this.#state === 'reading';
  }

  /** No page was read yet. */
  get isNew(): boolean {
    return this.#state !== 'ready' && this.#rows.length === 0;
  }

  get hasMore(): boolean {
    return this.#state === 'new' || this.#next !== undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads the next page; does nothing while one is read, or if there is none. A page of a search may be empty although more follow. */
  async readMore(): Promise<void> {
    if (this.isReading) return;
    const wanted = this.#rows.length + ENOUGH;
    while (!this.#stopped.aborted && this.hasMore && this.#failure === undefined && this.#rows.length < wanted) {
      await this.#read(this.#next, (page) => {
        this.#next = page.next;
        this.#add(page.tasks);
      });
    }
  }

  /** Reads the failed page again. */
  async retry(): Promise<void> {
    this.#failure = undefined;
    await this.readMore();
  }

  /** Reads the first page again, after the connection was lost. Rows that were read before stay. */
  async refresh(): Promise<void> {
    if (this.isReading || this.#state === 'new' || this.#stopped.aborted) return;
    await this.#read(undefined, ({ tasks, next }) => {
      if (this.#rows.length <= tasks.length) this.#next = next;
      this.#merge(tasks);
    });
  }

  apply({ tasks, removed }: Pick<LiveBatch, 'tasks' | 'removed'>): void {
    if (this.#state === 'new') return;
    for (const id of removed) this.#removed.add(id);
    const gone = new Set(removed.filter((id) => this.#places.has(id)));
    const wanted: TaskRow[] = [];
    for (const row of tasks) {
      if (matchesFilter(row, this.filter, this.#owner)) wanted.push(row);
      else if (this.#places.has(row.id)) gone.add(row.id);
    }
    if (gone.size > 0) this.#replace(this.#rows.filter(({ id }) => !gone.has(id)));
    if (this.#merge(wanted) || gone.size > 0) this.#changed();
  }

  async #read(cursor: string | undefined, take: (page: TaskPage) => void): Promise<void> {
    const before = this.#state;
    this.#state = 'reading';
    this.#failure = undefined;
    this.#changed();
    try {
      take(await readTasks(this.filter, cursor, AbortSignal.any([this.#stopped, AbortSignal.timeout(30_000)])));
      this.#state = 'ready';
    } catch (error) {
      this.#failure = error;
      this.#state = before;
    }
    this.#changed();
  }

  /** Rows of a further page, at the end. */
  #add(rows: readonly TaskRow[]): void {
    for (const row of rows) {
      if (this.#removed.has(row.id)) continue;
      const place = this.#places.get(row.id);
      if (place === undefined) {
        this.#places.set(row.id, this.#rows.length);
        this.#rows.push(row);
      } else this.#update(place, row);
    }
  }

  /** Changed rows in their places, unknown ones in front. True if the list has changed. */
  #merge(rows: readonly TaskRow[]): boolean {
    let changed = false;
    const unknown: TaskRow[] = [];
    for (const row of rows) {
      const place = this.#places.get(row.id);
      if (place !== undefined) changed = this.#update(place, row) || changed;
      else if (this.#isInRange(row)) unknown.push(row);
    }
    if (unknown.length === 0) return changed;
    unknown.sort((one, other) => (one.statusAt < other.statusAt ? 1 : -1));
    if (this.#rows.length > 0) this.#prepended += unknown.length;
    this.#replace([...unknown, ...this.#rows]);
    return true;
  }

  /** A row beyond the last page comes with its page. */
  #isInRange({ statusAt }: TaskRow): boolean {
    const last = this.#rows.at(-1);
    return this.#next === undefined || last === undefined || statusAt >= last.statusAt;
  }

  #update(place: number, row: TaskRow): boolean {
    const known = this.#rows[place];
    if (known === undefined || known.seq > row.seq) return false;
    this.#rows[place] = row;
    return true;
  }

  #replace(rows: TaskRow[]): void {
    this.#rows = rows;
    this.#places = new Map(rows.map(({ id }, index) => [id, index]));
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

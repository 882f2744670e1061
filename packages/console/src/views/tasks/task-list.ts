import { readTasks, type TaskFilter } from '../../api/queries.js';
import type { TaskPage, TaskRow } from '../../api/types.js';
import type { LiveBatch } from '../../live/batch.js';
import { matchesFilter } from './matches-filter.js';

/** Rows that are read at least before the list waits for the reader. */
const ENOUGH = 20;
/** Rows that are read again at most; those after them come when the reader gets there. */
const MOST_RELOADED = 1000;

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
  /** Changes may have been missed while a page was read. */
  #isOutdated = false;
  /** What the stream has brought while the list is read again. */
  #missed: Pick<LiveBatch, 'tasks' | 'removed'>[] | undefined;
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
    return this.#state === 'reading' || this.#missed !== undefined;
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
    await this.#refreshIfOutdated();
  }

  /** Reads the failed page again. */
  async retry(): Promise<void> {
    this.#failure = undefined;
    await this.readMore();
  }

  /**
   * Reads again what is shown, after changes may have been missed: a task that has left the filter meanwhile is in no page, so rows that are not
   * read again go away. What the stream brings until then is applied afterwards.
   */
  async refresh(): Promise<void> {
    if (this.#state === 'new' || this.#stopped.aborted) return;
    if (this.isReading) {
      this.#isOutdated = true;
      return;
    }
    const wanted = Math.min(this.#rows.length, MOST_RELOADED);
    const rows = new Map<string, TaskRow>();
    this.#missed = [];
    let next: string | undefined;
    do {
      await this.#read(next, (page) => {
        next = page.next;
        for (const row of page.tasks) rows.set(row.id, row);
      });
    } while (next !== undefined && rows.size < wanted && this.#failure === undefined && !this.#stopped.aborted);
    const missed = this.#missed;
    this.#missed = undefined;
    if (this.#failure === undefined && !this.#stopped.aborted) {
      this.#next = next;
      this.#replace([...rows.values()]);
    }
    for (const batch of missed) this.apply(batch);
    this.#changed();
    await this.#refreshIfOutdated();
  }

  async #refreshIfOutdated(): Promise<void> {
    if (!this.#isOutdated || this.#failure !== undefined) return;
    this.#isOutdated = false;
    await this.refresh();
  }

  apply({ tasks, removed }: Pick<LiveBatch, 'tasks' | 'removed'>): void {
    if (this.#state === 'new') return;
    this.#missed?.push({ tasks, removed });
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

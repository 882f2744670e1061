import type { Counts, TaskEvent, TaskRow } from '../api/types.js';

/** What the live stream has brought since the last frame. */
export interface LiveBatch {
  /** The newest row of each task that has changed. */
  readonly tasks: readonly TaskRow[];
  /** Ids of tasks that were deleted. */
  readonly removed: readonly string[];
  readonly counts?: Counts;
  /** New events of the followed task, in their order. */
  readonly events: readonly TaskEvent[];
}

/**
 * Gathers what a stream brings and hands it on at most once a frame, so that hundreds of busy tasks cost one update of the page.
 * A hidden page has no frames; it gets a batch each second.
 */
export class Batcher {
  #tasks = new Map<string, TaskRow>();
  #removed = new Set<string>();
  #counts: Counts | undefined;
  #events: TaskEvent[] = [];
  #scheduled = false;
  readonly #deliver: (batch: LiveBatch) => void;

  constructor(deliver: (batch: LiveBatch) => void) {
    this.#deliver = deliver;
  }

  add(name: string, data: unknown): void {
    if (name === 'tasks') {
      for (const row of (data as { tasks: TaskRow[] }).tasks) this.#tasks.set(row.id, row);
    } else if (name === 'removed') {
      for (const id of (data as { ids: string[] }).ids) {
        this.#removed.add(id);
        this.#tasks.delete(id);
      }
    } else if (name === 'counts') this.#counts = data as Counts;
    else if (name === 'event') this.#events.push(data as TaskEvent);
    else return;
    this.#schedule();
  }

  /** Forgets the events of the task that is no longer followed. */
  dropEvents(): void {
    this.#events = [];
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (document.visibilityState === 'hidden') setTimeout(() => this.#flush(), 1000);
    else {
      // A page that becomes hidden before its frame has none, so a timer stands in for it.
      const timer = setTimeout(() => this.#flush(), 1000);
      requestAnimationFrame(() => {
        clearTimeout(timer);
        this.#flush();
      });
    }
  }

  #flush(): void {
    if (!this.#scheduled) return;
    this.#scheduled = false;
    const batch: LiveBatch = {
      tasks: [...this.#tasks.values()],
      removed: [...this.#removed],
      events: this.#events,
      ...(this.#counts !== undefined && { counts: this.#counts }),
    };
    this.#tasks = new Map();
    this.#removed = new Set();
    this.#events = [];
    this.#counts = undefined;
    this.#deliver(batch);
  }
}

import type { Task } from '../../api/a2a.js';
import { readEvents } from '../../api/queries.js';
import type { TaskEvent } from '../../api/types.js';
import { live } from '../../live/live-stream.js';
import { Timeline } from './timeline/timeline.js';

const ENDED = /^TASK_STATE_(COMPLETED|FAILED|CANCELED|REJECTED)$/;

/** The events of a task: those that are stored, page by page, then those that happen, from the page's live stream. */
export class TaskEvents {
  readonly id: string;
  #timeline = new Timeline();
  #raw: TaskEvent[] = [];
  #last = 0;
  #isComplete = true;
  #isLoaded = false;
  #hasEnded = false;
  #failure: unknown;
  #version = 0;
  #run = new AbortController();
  #unfollow: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(id: string) {
    this.id = id;
  }

  get version(): number {
    return this.#version;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  get raw(): readonly TaskEvent[] {
    return this.#raw;
  }

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }

  /** False: only the steps of the task are left. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** All stored events were read. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get failure(): unknown {
    return this.#failure;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads and follows until the returned function is called. */
  open(): () => void {
    const run = new AbortController();
    this.#run = run;
    const stopBatches = live.onBatch(({ events }) => this.#follow(events));
    const stopStates = live.onConnection(() => {
      if (live.connection === 'live' && this.#failure !== undefined) void this.restart();
    });
    void this.#readAndFollow(run.signal);
    return () => {
      run.abort();
      stopBatches();
      stopStates();
      this.#unfollow?.();
      this.#unfollow = undefined;
    };
  }

  /** Forgets everything and reads again, for a server that has lost what it had sent. */
  async restart(): Promise<void> {
    // The stream is followed again from the last event that is read now.
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#timeline = new Timeline();
    this.#raw = [];
    this.#last = 0;
    this.#isLoaded = false;
    this.#hasEnded = false;
    await this.#readAndFollow(this.#run.signal);
  }

  /** Reads everything again if the server has fewer events than it had sent. */
  checkAgainst(stored: number): void {
    if (this.#isLoaded && stored < this.#last) void this.restart();
  }

  /** Adds what the task itself tells, if events of it were deleted. */
  addKnown(task: Task): void {
    if (!this.#isLoaded || this.#isComplete) return;
    if (this.#last === 0) this.#timeline = Timeline.ofTask(task);
    else if (!this.#timeline.addKnown(task.artifacts ?? [])) return;
    this.#changed();
  }

  async #readAndFollow(signal: AbortSignal): Promise<void> {
    await this.#readStored(signal);
    if (signal.aborted || this.#failure !== undefined || this.#hasEnded) return;
    this.#unfollow ??= live.follow({ id: this.id, after: () => this.#last });
  }

  async #readStored(signal: AbortSignal): Promise<void> {
    this.#failure = undefined;
    try {
      let page = await readEvents(this.id, this.#last, signal);
      for (;;) {
        // The next page is on its way while this one is added.
        const after = page.events.at(-1)?.seq ?? this.#last;
        const next = page.more ? readEvents(this.id, after, signal) : undefined;
        next?.catch(() => undefined);
        this.#isComplete = page.complete;
        this.#add(page.events);
        if (next === undefined) break;
        page = await next;
      }
      this.#isLoaded = true;
    } catch (error) {
      if (signal.aborted) return;
      this.#failure = error;
    }
    this.#changed();
  }

  #follow(events: readonly TaskEvent[]): void {
    const own = events.filter(({ event }) => (event.statusUpdate ?? event.artifactUpdate)?.taskId === this.id);
    if (own.length > 0 && this.#isLoaded) this.#add(own);
  }

  /** Events that the page has already are left out. */
  #add(events: readonly TaskEvent[]): void {
    const before = this.#last;
    for (const event of events) {
      if (event.seq <= this.#last) continue;
      this.#last = event.seq;
      this.#raw.push(event);
      this.#timeline.add(event);
      const state = event.event.statusUpdate?.status.state;
      if (state !== undefined && ENDED.test(state)) this.#hasEnded = true;
    }
    if (this.#last !== before) this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

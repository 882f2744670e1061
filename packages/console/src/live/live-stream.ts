import { apiUrl } from '../api/addresses.js';
import { tokenFetch } from '../api/request.js';
import { backoffMs, pause } from './backoff.js';
import { Batcher, type LiveBatch } from './batch.js';
import { readEventStream } from './sse.js';

export type Connection = 'connecting' | 'live' | 'reconnecting';

/** Longer than two of the server's comments (15 s), after which a silent connection counts as lost. */
const SILENCE_MS = 35_000;

/** A task whose events the stream carries, too. */
export interface Followed {
  readonly id: string;
  /** The number of the last event that the page has, asked at each connection. */
  readonly after: () => number;
}

/**
 * The page's one stream, `GET changes`: it reconnects by itself from the last event's id, and reports the state of the connection, so
 * that views can say when what they show may be out of date.
 */
class LiveStream {
  #connection: Connection = 'connecting';
  #followed: Followed | undefined;
  #owner: string | undefined;
  #lastEventId = '';
  #aliveAt = 0;
  #run = new AbortController();
  #attempt = 0;
  readonly #batcher = new Batcher((batch) => this.#deliver(batch));
  readonly #batches = new Set<(batch: LiveBatch) => void>();
  readonly #states = new Set<() => void>();
  readonly #gaps = new Set<() => void>();

  get connection(): Connection {
    return this.#connection;
  }

  /** Whose tasks the stream carries; undefined: the caller's own. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /** Carries the tasks of another owner, or of all with `*`; that needs the scope `admin`. */
  watchOwner(owner: string | undefined): void {
    if (this.#owner === owner) return;
    this.#owner = owner;
    this.start();
  }

  onBatch(listener: (batch: LiveBatch) => void): () => void {
    this.#batches.add(listener);
    return () => this.#batches.delete(listener);
  }

  onConnection(listener: () => void): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  /** Calls `listener` when changes may have been missed, so that what was read before must be read again. */
  onGap(listener: () => void): () => void {
    this.#gaps.add(listener);
    return () => this.#gaps.delete(listener);
  }

  /** Opens the stream, or opens it again: after signing in, for another task, or when the viewer does not want to wait. */
  start(): void {
    this.#run.abort();
    this.#run = new AbortController();
    void this.#connectForever(this.#run.signal);
  }

  stop(): void {
    this.#run.abort();
    this.#lastEventId = '';
  }

  /** Carries the events of a task until the returned function is called. One task at a time. */
  follow(followed: Followed): () => void {
    this.#followed = followed;
    this.#batcher.dropEvents();
    this.start();
    return () => {
      if (this.#followed !== followed) return;
      this.#followed = undefined;
      this.#batcher.dropEvents();
      this.start();
    };
  }

  async #connectForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const connection = new AbortController();
      const watch = setInterval(() => {
        if (Date.now() - this.#aliveAt > SILENCE_MS) connection.abort();
      }, 5000);
      const refused = await this.#connect(AbortSignal.any([signal, connection.signal])).catch(() => false);
      clearInterval(watch);
      if (signal.aborted) return;
      this.#setConnection('reconnecting');
      // Signing in starts the stream again.
      if (refused) return;
      this.#attempt += 1;
      await pause(backoffMs(this.#attempt), signal);
    }
  }

  /** Reads one connection to its end; true if the server refuses this caller. */
  async #connect(signal: AbortSignal): Promise<boolean> {
    this.#aliveAt = Date.now();
    const followed = this.#followed;
    const task = followed && { task: followed.id, after: followed.after() };
    const url = apiUrl('changes', { owner: this.#owner, ...task });
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (this.#lastEventId !== '') headers['last-event-id'] = this.#lastEventId;
    const response = await tokenFetch(url, { headers, signal, cache: 'no-store' });
    if (!response.ok) return response.status === 401;
    this.#attempt = 0;
    this.#setConnection('live');
    await readEventStream(
      response,
      ({ event, data, id }) => {
        if (signal.aborted) return;
        if (id !== undefined && id !== '') this.#lastEventId = id;
        this.#take(event, JSON.parse(data));
      },
      () => {
        this.#aliveAt = Date.now();
      },
    );
    return false;
  }

  #take(name: string | undefined, data: unknown) {
    if (name !== 'ready') return this.#batcher.add(name ?? 'message', data);
    if ((data as { readonly resumed?: boolean }).resumed === true) return;
    for (const listener of this.#gaps) listener();
  }

  #setConnection(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const listener of this.#states) listener();
  }

  #deliver(batch: LiveBatch): void {
    for (const listener of this.#batches) listener(batch);
  }
}

/** The stream of this page. */
export const live = new LiveStream();

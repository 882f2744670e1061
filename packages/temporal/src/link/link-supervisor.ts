import { probeTcp } from '../client/tcp-probe.js';
import type { WrapperState } from '../contract/status.js';
import { TemporalAccessError } from '../errors/temporal-access-error.js';
import { errorDetail } from '../support/error-detail.js';
import { backoff, bounded, delay, TimedOutError } from '../support/wait.js';
import type { LinkOptions } from './link-options.js';
import type { OpenLink } from './open-link.js';

/** Longest wait between two tries while Temporal denies access to this workspace. */
const REFUSED_MAX_MS = 60_000;

export type LinkState = Exclude<WrapperState, 'off' | 'stopped'>;
export type StateListener = (state: LinkState, detail: string) => void;

/** Keeps a link to Temporal open: connects, checks, reconnects. */
export class LinkSupervisor {
  readonly #stop = new AbortController();
  readonly #options: LinkOptions;
  readonly #listener: StateListener;
  #state: LinkState = 'connecting';
  #detail = '';
  #link: OpenLink | undefined;
  #loop: Promise<void> | undefined;
  #tripped = new AbortController();
  /** Failures since Temporal last accepted a turn; the wait before the next try grows with it. */
  #failures = 0;
  #longestWait: number;

  constructor(options: LinkOptions, listener: StateListener) {
    this.#options = options;
    this.#listener = listener;
    this.#longestWait = options.settings.reconnectMaxMs;
  }

  /** The link, if it is connected and polling. */
  get available(): OpenLink | undefined {
    return this.#state === 'available' && this.#link?.polling ? this.#link : undefined;
  }

  /** True once {@link shutdown} was called. */
  get stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Connects. Resolves when the first try has succeeded or failed, at the latest after the connect timeout. */
  async start(): Promise<void> {
    const decided = new Promise<void>((resolve) => {
      this.#loop = this.#run(resolve);
    });
    try {
      await bounded(decided, this.#options.settings.connectTimeoutMs, 'connecting to Temporal');
    } catch (error) {
      if (!(error instanceof TimedOutError)) throw error;
      this.#options.logger.warn('Temporal has not answered yet; connecting goes on in the background', {
        address: this.#options.server.address,
      });
    }
  }

  /** Temporal failed a turn: the next turns run directly until it answers again. */
  trip(error: unknown): void {
    if (this.#state !== 'available') return;
    this.#failures += 1;
    this.#set('unavailable', errorDetail(error));
    this.#tripped.abort();
  }

  /** Temporal accepted a turn. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Stops polling; running activities continue. */
  shutdown(): void {
    this.#stop.abort();
    this.#link?.shutdown();
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#link?.close();
    this.#link = undefined;
  }

  async #run(decided: () => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        this.#link = await this.#reach();
        if (signal.aborted) break;
        this.#tripped = new AbortController();
        this.#longestWait = this.#options.settings.reconnectMaxMs;
        this.#set('available', `connected to ${this.#options.server.address}`);
        decided();
        await this.#watch(this.#link);
      } catch (error) {
        this.#failures += 1;
        const refused = error instanceof TemporalAccessError;
        // Only a person can grant access, which takes more than seconds.
        this.#longestWait = refused ? REFUSED_MAX_MS : this.#options.settings.reconnectMaxMs;
        this.#set('unavailable', refused ? error.message : errorDetail(error));
        decided();
      }
      await this.#discardEnded();
      await delay(backoff(this.#failures - 1, this.#longestWait), signal);
    }
  }

  /** The present link if it answers, or a new one. */
  async #reach(): Promise<OpenLink> {
    await probeTcp(this.#options.server.address, this.#options.settings.connectTimeoutMs);
    if (this.#link) {
      await this.#link.check();
      return this.#link;
    }
    // Loaded here, so that a workspace without Temporal never loads it.
    const { OpenLink } = await import('./open-link.js');
    return OpenLink.open(this.#options);
  }

  /** Resolves when {@link trip} was called or the supervisor stops; rejects if Temporal does not answer. */
  async #watch(link: OpenLink): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#tripped.signal]);
    const { stopped } = link;
    while (!signal.aborted) {
      await Promise.race([delay(this.#options.settings.healthIntervalMs, signal), stopped]);
      if (signal.aborted) return;
      // A worker that failed polls no more, but waits for its activities before it stops.
      if (!link.polling) throw new Error('the worker has stopped by itself');
      await link.ping();
    }
  }

  async #discardEnded(): Promise<void> {
    const link = this.#link;
    if (!link || link.polling || this.#stop.signal.aborted) return;
    this.#link = undefined;
    await link.close();
  }

  #set(state: LinkState, detail: string): void {
    if (this.#stop.signal.aborted || (this.#state === state && this.#detail === detail)) return;
    this.#state = state;
    this.#detail = detail;
    this.#listener(state, detail);
  }
}

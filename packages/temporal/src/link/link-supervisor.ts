import type { WrapperState } from '../contract/status.js';
import { TemporalAccessError } from '../errors/temporal-access-error.js';
import { bounded, TimedOut } from '../support/bounded.js';
import { backoff, delay } from '../support/delay.js';
import { errorDetail } from '../support/error-detail.js';
import type { LinkOptions } from './link-options.js';
import type { OpenLink } from './open-link.js';
import { probeTcp } from './tcp-probe.js';

/** Longest wait between two tries while Temporal refuses this workspace. */
const REFUSED_MAX_MS = 60_000;

export type LinkState = Exclude<WrapperState, 'off' | 'stopped'>;
export type StateListener = (state: LinkState, detail: string) => void;

/** Keeps a link to Temporal open for as long as it runs: connects, watches, reconnects. */
export class LinkSupervisor {
  readonly #stop = new AbortController();
  readonly #options: LinkOptions;
  readonly #listener: StateListener;
  #state: LinkState = 'connecting';
  #detail = '';
  #link: OpenLink | undefined;
  #loop: Promise<void> | undefined;
  #tripped: AbortController = new AbortController();
  /** Failures since Temporal last took a task; the wait before the next try grows with it. */
  #failures = 0;
  #longestWait: number;

  constructor(options: LinkOptions, listener: StateListener) {
    this.#options = options;
    this.#listener = listener;
    this.#longestWait = options.settings.reconnectMaxMs;
  }

  /** The link, when it is connected and polling right now. */
  get available(): OpenLink | undefined {
    return this.#state === 'available' && this.#link?.polling ? this.#link : undefined;
  }

  /** True once it has been told to end. */
  get stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Begins; resolves when the first try has succeeded or failed, at the latest after the connect timeout. */
  async start(): Promise<void> {
    const decided = new Promise<void>((resolve) => {
      this.#loop = this.#run(resolve);
    });
    try {
      await bounded(decided, this.#options.settings.connectTimeoutMs, 'connecting to Temporal');
    } catch (error) {
      if (!(error instanceof TimedOut)) throw error;
      this.#options.logger.warn('Temporal has not answered yet; connecting goes on in the background', {
        address: this.#options.address,
      });
    }
  }

  /** Temporal failed a task: the next ones do not wait for it until it has answered again. */
  trip(error: unknown): void {
    if (this.#state !== 'available') return;
    this.#failures += 1;
    this.#set('unavailable', errorDetail(error));
    this.#tripped.abort();
  }

  /** Temporal took a task: it is well. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Stops polling; activities that run go on. */
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
        this.#set('available', `connected to ${this.#options.address}`);
        decided();
        await this.#watch(this.#link);
      } catch (error) {
        this.#failures += 1;
        const refused = error instanceof TemporalAccessError;
        // What only a person can mend is not mended within seconds.
        this.#longestWait = refused ? REFUSED_MAX_MS : this.#options.settings.reconnectMaxMs;
        this.#set('unavailable', refused ? error.message : errorDetail(error));
        decided();
      }
      await this.#discardEnded();
      await delay(backoff(this.#failures - 1, this.#longestWait), signal);
    }
  }

  /** The link that is there, when it answers, or a new one. */
  async #reach(): Promise<OpenLink> {
    await probeTcp(this.#options.address, this.#options.settings.connectTimeoutMs);
    if (this.#link) {
      await this.#link.check();
      return this.#link;
    }
    // Loaded here so that a workspace without Temporal never pays for it.
    const { OpenLink } = await import('./open-link.js');
    return OpenLink.open(this.#options);
  }

  /** Returns when a task has tripped the link or the supervisor stops; rejects when Temporal does not answer. */
  async #watch(link: OpenLink): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#tripped.signal]);
    const { stopped } = link;
    while (!signal.aborted) {
      await Promise.race([delay(this.#options.settings.healthIntervalMs, signal), stopped]);
      if (signal.aborted) return;
      // One that failed first waits for its activities, and takes no more.
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

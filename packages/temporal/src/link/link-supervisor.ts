import type { WrapperState } from '../contract/status.js';
import { bounded, TimedOut } from '../support/bounded.js';
import { backoff, delay } from '../support/delay.js';
import { errorDetail } from '../support/error-detail.js';
import type { LinkOptions } from './link-options.js';
import type { OpenLink } from './open-link.js';
import { probeTcp } from './tcp-probe.js';

export type LinkState = Exclude<WrapperState, 'off' | 'stopped'>;
export type StateListener = (state: LinkState, detail: string) => void;

/** Keeps a link to Temporal open for as long as it runs: connects, watches, reconnects. */
export class LinkSupervisor {
  readonly #stop = new AbortController();
  readonly #options: LinkOptions;
  readonly #listener: StateListener;
  #state: LinkState = 'connecting';
  #link: OpenLink | undefined;
  #loop: Promise<void> | undefined;
  #tripped: AbortController = new AbortController();
  /** Failures since Temporal last took a task; the wait before the next try grows with it. */
  #failures = 0;

  constructor(options: LinkOptions, listener: StateListener) {
    this.#options = options;
    this.#listener = listener;
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
        this.#set('available', `connected to ${this.#options.address}`);
        decided();
        await this.#watch(this.#link);
      } catch (error) {
        this.#failures += 1;
        this.#set('unavailable', errorDetail(error));
        decided();
      }
      await this.#discardEnded();
      await delay(backoff(this.#failures - 1, this.#options.settings.reconnectMaxMs), signal);
    }
  }

  /** The link that is there, when it answers, or a new one. */
  async #reach(): Promise<OpenLink> {
    await probeTcp(this.#options.address, this.#options.settings.connectTimeoutMs);
    if (this.#link) {
      await this.#link.ping();
      return this.#link;
    }
    // Loaded here so that a workspace without Temporal never pays for it.
    const { OpenLink } = await import('./open-link.js');
    return OpenLink.open(this.#options);
  }

  /** Returns when a task has tripped the link or the supervisor stops; rejects when Temporal does not answer. */
  async #watch(link: OpenLink): Promise<void> {
    const ended = link.stopped.then(() => {
      if (!this.#stop.signal.aborted) throw new Error('the worker has stopped by itself');
    });
    const signal = AbortSignal.any([this.#stop.signal, this.#tripped.signal]);
    while (!signal.aborted) {
      await Promise.race([delay(this.#options.settings.healthIntervalMs, signal), ended]);
      if (!signal.aborted) await link.ping();
    }
  }

  async #discardEnded(): Promise<void> {
    const link = this.#link;
    if (!link || link.polling || this.#stop.signal.aborted) return;
    this.#link = undefined;
    await link.close();
  }

  #set(state: LinkState, detail: string): void {
    if (this.#stop.signal.aborted || this.#state === state) return;
    this.#state = state;
    this.#listener(state, detail);
  }
}

import type { JsonObject, Logger } from '@molecule/adapters';
import { type Clock, pause, systemClock } from './clock.js';
import { type PlatformApi, PlatformError } from './platform-api.js';
import type { TokenFile } from './token-file.js';

/** All in milliseconds. */
export interface LinkTiming {
  /** Between two heartbeats. */
  readonly heartbeatMs: number;
  /** Heartbeats that events ask for keep this distance, so that a burst of tasks is no burst of calls. */
  readonly gapMs: number;
  /** The first wait after a failure; doubled for each further one. */
  readonly retryMs: number;
  readonly mostRetryMs: number;
  /** The platform forgets a workspace that it has not heard of for so long: only registering brings it back. */
  readonly forgottenMs: number;
}

export const LINK_TIMING: LinkTiming = {
  heartbeatMs: 30_000,
  gapMs: 500,
  retryMs: 1_000,
  mostRetryMs: 60_000,
  forgottenMs: 180_000,
};

export interface PlatformLinkOptions {
  readonly api: PlatformApi;
  readonly token: TokenFile;
  readonly workspaceId: string;
  /** The registration's body without the id; asked for each time. */
  readonly registration: () => Promise<JsonObject>;
  /** The heartbeat's body without the id; asked for each time. */
  readonly heartbeat: () => JsonObject;
  /** Called after each registration that succeeded. */
  readonly onRegistered: () => void;
  /** Called after each heartbeat that succeeded. */
  readonly onHeard?: () => void;
  readonly logger: Logger;
  readonly timing?: LinkTiming;
  readonly clock?: Clock;
  /** 0 to 1, for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Keeps the workspace registered: registers at boot and after an outage, and sends heartbeats. What fails is tried again,
 * further and further apart, and told in one line; the agent serves all the same.
 */
export class PlatformLink {
  readonly #options: PlatformLinkOptions;
  readonly #timing: LinkTiming;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #registered = false;
  #lastContact = 0;
  #failures = 0;
  /** Kinds of trouble that were told since the platform last answered as it should. */
  readonly #told = new Set<string>();
  #tokenTold = false;
  #wake: () => void = () => {};
  #asked = false;

  constructor(options: PlatformLinkOptions) {
    this.#options = options;
    this.#timing = options.timing ?? LINK_TIMING;
    this.#clock = options.clock ?? systemClock;
  }

  /** True while the last call succeeded. */
  get connected(): boolean {
    return this.#registered && this.#failures === 0;
  }

  /** True while calls fail. */
  get away(): boolean {
    return this.#failures > 0;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Something has changed that the platform should know at once; while it is away, it hears of it when it is back. */
  announce(): void {
    this.#asked = true;
    if (this.#failures === 0) this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const delay = await this.#step().then(
        () => this.#succeeded(),
        (error: unknown) => this.#failed(error),
      );
      await this.#pause(delay);
    }
  }

  async #step(): Promise<void> {
    const forgotten = this.#clock.now() - this.#lastContact > this.#timing.forgottenMs;
    if (!this.#registered || forgotten) await this.#register();
    await this.#saveToken();
    this.#asked = false;
    try {
      const heartbeat = { workspace_id: this.#options.workspaceId, ...this.#options.heartbeat() };
      await this.#post('/registry/heartbeat', heartbeat);
    } catch (error) {
      // It has lost what it knew of the workspace, sooner than it should have.
      if (PlatformError.is(error) && error.status === 404) this.#registered = false;
      throw error;
    }
  }

  async #register(): Promise<void> {
    const { workspaceId, registration, token, onRegistered } = this.#options;
    const reply = await this.#post('/registry/register', { id: workspaceId, ...(await registration()) });
    const given = (reply as { readonly auth_token?: unknown } | null)?.auth_token;
    if (typeof given === 'string' && given !== '') token.take(given);
    this.#registered = true;
    this.#lastContact = this.#clock.now();
    onRegistered();
  }

  /** The platform hands the token out once: as long as it is not written down, that is tried again at each heartbeat. */
  async #saveToken(): Promise<void> {
    const { token, logger } = this.#options;
    try {
      await token.save();
    } catch (error) {
      if (this.#tokenTold) return;
      this.#tokenTold = true;
      logger.error(
        `the platform's token cannot be written to ${token.path}: without it the next boot is locked out. Make the directory writable; it is tried again with each heartbeat`,
        { error },
      );
    }
  }

  #post(path: string, body: JsonObject) {
    return this.#options.api.call({ method: 'POST', path, body, signal: this.#stopping.signal });
  }

  #succeeded(): number {
    if (this.#told.size > 0) this.#options.logger.info('the platform is reached again');
    this.#told.clear();
    this.#failures = 0;
    this.#lastContact = this.#clock.now();
    this.#options.onHeard?.();
    return this.#timing.heartbeatMs;
  }

  #failed(error: unknown): number {
    if (this.#stopping.signal.aborted) return 0;
    this.#failures++;
    this.#tell(error);
    const { retryMs, mostRetryMs } = this.#timing;
    const backoff = Math.min(mostRetryMs, retryMs * 2 ** Math.min(30, this.#failures - 1));
    const random = (this.#options.random ?? Math.random)();
    // A quarter of jitter: enough to spread a fleet, and little enough that an hour costs some seventy calls.
    const own = backoff * (0.75 + random * 0.25);
    const asked = PlatformError.is(error) ? (error.retryAfterMs ?? 0) : 0;
    // Never sooner than the platform asks; a fleet that was sent away at once need not come back at once.
    return asked > own ? asked * (1 + random * 0.25) : own;
  }

  /** One line for each kind of trouble, not for each try. */
  #tell(error: unknown): void {
    const { logger, token } = this.#options;
    const status = PlatformError.is(error) ? error.status : undefined;
    const kind = status === undefined ? 'unreachable' : String(status);
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    const reason = error instanceof Error ? error.message : String(error);
    if (status === 401) {
      logger.error(
        `the platform does not know this workspace's token; an administrator can issue another one, to be put into ${token.path}`,
        { reason },
      );
    } else {
      logger.warn('the platform does not answer as it should; the agent serves without it, and goes on trying', {
        reason,
      });
    }
  }

  /** Until the time is over, or an announcement comes while all is well. */
  async #pause(ms: number): Promise<void> {
    const healthy = this.#failures === 0;
    if (healthy && this.#asked) return this.#sleep(this.#timing.gapMs, false);
    const begun = this.#clock.now();
    await this.#sleep(ms);
    // Woken early: the distance between two heartbeats is kept all the same, and no more when the clock was set back.
    const { gapMs } = this.#timing;
    const rest = Math.min(gapMs, gapMs - (this.#clock.now() - begun));
    if (healthy && rest > 0) await this.#sleep(rest, false);
  }

  async #sleep(ms: number, wakes = true): Promise<void> {
    const woken = new AbortController();
    if (wakes) this.#wake = () => woken.abort();
    await pause(this.#clock, ms, AbortSignal.any([this.#stopping.signal, woken.signal]));
    this.#wake = () => {};
  }
}

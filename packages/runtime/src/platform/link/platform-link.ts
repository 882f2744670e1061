import type { JsonObject, Logger } from '@molecule/adapters';
import { type PlatformApi, PlatformError } from '../api/platform-api.js';
import { LinkLog } from './link-log.js';
import { LinkPace, type LinkPaceOptions } from './link-pace.js';

/** What is sent, without the workspace's id; called for each call. */
export interface LinkBodies {
  readonly registration: () => Promise<JsonObject>;
  readonly heartbeat: () => Promise<JsonObject>;
  /** True if the registration names no address, because the agent fetches its messages. */
  readonly polls?: boolean;
}

export interface PlatformLinkOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly bodies: LinkBodies;
  /** False: another process may speak for the workspace by now. Asked before each call. Default: always true. */
  readonly maySpeak?: () => boolean;
  /** Called after each successful registration. */
  readonly onRegistered: () => void;
  /** Called with `connected` after each successful heartbeat, and with `away` when calls begin to fail. */
  readonly onState?: (state: 'connected' | 'away') => void;
  readonly logger: Logger;
  readonly pace?: LinkPaceOptions;
}

/** A stopping process waits so long for the platform. Milliseconds. */
const GOODBYE_MS = 2_000;
const GOODBYE: JsonObject = {
  runtime_state: 'wedged',
  sample_error: 'the agent was stopped',
  active_tasks: 0,
  current_task: '',
};

/** `lastContact` is the time of the last successful call; without one the workspace must register. */
type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly lastContact: number }
  | { readonly kind: 'away'; readonly failures: number; readonly lastContact: number | undefined };

/**
 * Keeps the workspace registered: registers at boot and after an outage, and sends heartbeats. Failed calls are retried at
 * growing intervals. The agent serves independently of the link.
 */
export class PlatformLink {
  readonly #options: PlatformLinkOptions;
  readonly #pace: LinkPace;
  readonly #log: LinkLog;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #state: LinkState = { kind: 'connecting' };

  constructor(options: PlatformLinkOptions) {
    this.#options = options;
    this.#pace = new LinkPace(options.pace ?? {});
    this.#log = new LinkLog(options.logger, options.api.token, options.bodies.polls);
  }

  /** True while the last call succeeded. */
  get connected(): boolean {
    return this.#state.kind === 'connected';
  }

  /** True while calls fail. */
  get away(): boolean {
    return this.#state.kind === 'away';
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Requests a heartbeat at once. While the platform is unreachable, the next successful heartbeat reports the change. */
  announce(): void {
    this.#pace.announce();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** A last heartbeat of a workspace whose agent ends: the platform has no other call for it, and would call it online for 90 s. */
  async sayGoodbye(): Promise<void> {
    const { api, workspaceId, bodies } = this.#options;
    const body = { ...(await bodies.heartbeat()), ...GOODBYE, workspace_id: workspaceId };
    await api.call({ method: 'POST', path: '/registry/heartbeat', body, timeoutMs: GOODBYE_MS });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#step();
        this.#succeeded();
        await this.#pace.waitForHeartbeat(signal);
      } catch (error) {
        if (signal.aborted) return;
        const failures = this.#failed(error);
        const retryAfterMs = PlatformError.is(error) ? (error.retryAfterMs ?? 0) : 0;
        await this.#pace.waitForRetry(failures, retryAfterMs, signal);
      }
    }
  }

  async #step(): Promise<void> {
    if (this.#mustRegister()) await this.#register();
    await this.#saveToken();
    this.#pace.clearAnnouncements();
    await this.#post('/registry/heartbeat', {
      workspace_id: this.#options.workspaceId,
      ...(await this.#options.bodies.heartbeat()),
    });
  }

  #mustRegister(): boolean {
    const lastContact = this.#state.kind === 'connecting' ? undefined : this.#state.lastContact;
    return lastContact === undefined || this.#pace.now() - lastContact > this.#pace.timing.forgottenMs;
  }

  async #register(): Promise<void> {
    const { api, workspaceId, bodies, onRegistered } = this.#options;
    const registration = await bodies.registration();
    const reply = await this.#post('/registry/register', { id: workspaceId, ...registration });
    this.#log.registered(registration, reply);
    const given = (reply as { readonly auth_token?: unknown } | null)?.auth_token;
    if (typeof given === 'string' && given !== '') api.token.take(given);
    const lastContact = this.#pace.now();
    // After an outage the link counts as connected from the first successful heartbeat.
    this.#state = this.#state.kind === 'away' ? { ...this.#state, lastContact } : { kind: 'connected', lastContact };
    onRegistered();
  }

  /** The platform issues the token only once, so a failed write is retried at each heartbeat. */
  async #saveToken(): Promise<void> {
    try {
      await this.#options.api.token.save();
    } catch (error) {
      this.#log.tokenNotSaved(error);
    }
  }

  #post(path: string, body: JsonObject) {
    if (this.#options.maySpeak?.() === false) this.#stopping.abort();
    this.#stopping.signal.throwIfAborted();
    return this.#options.api.call({ method: 'POST', path, body, signal: this.#stopping.signal });
  }

  #succeeded(): void {
    this.#state = { kind: 'connected', lastContact: this.#pace.now() };
    this.#log.succeeded();
    this.#options.onState?.('connected');
  }

  #failed(error: unknown): number {
    const before = this.#state.kind === 'connecting' ? undefined : this.#state.lastContact;
    // 404: the platform has forgotten the workspace before its time.
    const isForgotten = PlatformError.is(error) && error.status === 404;
    const failures = this.#state.kind === 'away' ? this.#state.failures + 1 : 1;
    this.#state = { kind: 'away', failures, lastContact: isForgotten ? undefined : before };
    this.#log.failed(error);
    if (failures === 1) this.#options.onState?.('away');
    return failures;
  }
}

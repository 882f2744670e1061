import type { JsonObject, Logger } from '@molecule/adapters';
import type { Duties, HeldDuty } from '../../tasks/duties.js';
import type { PlatformApi } from '../api/platform-api.js';
import { OwnCard } from './own-card.js';
import { PlatformLink } from './platform-link.js';
import type { SharedLink } from './shared-link.js';

/** Of several processes, one speaks for the workspace. */
const DUTY = 'platform';

export interface MembershipOptions {
  readonly self: {
    readonly api: PlatformApi;
    readonly workspaceId: string;
    /** The name of the engine. */
    readonly runtime: string;
  };
  readonly duties: Duties;
  readonly shared: SharedLink;
  /** The heartbeat's body without the id; called for each one. */
  readonly heartbeat: () => Promise<JsonObject>;
  /** What is done besides, while this process speaks. Never rejects; resolves soon after the duty has ended. */
  readonly besides: (duty: HeldDuty) => Promise<unknown>;
  /** Called with the error of an update of the card that failed. */
  readonly onCardError: (error: unknown) => void;
  readonly logger: Logger;
}

/** Where the workspace is reached, and whom a registration concerns. */
export interface Registered {
  /** Where this process listens. */
  readonly url: string;
  /** Where everyone reaches the workspace, as the card on the platform has it. */
  readonly ownUrl: string;
  /** Where the platform reaches the workspace; undefined: nowhere, since the agent fetches its messages. */
  readonly registeredUrl: string | undefined;
  /** Called when the platform answers for the first time, and after an outage. */
  readonly onRegistered: () => void;
}

/**
 * The workspace's registration on the platform, once the server listens. The process that has the duty keeps the link; the others read
 * from the store how it is.
 */
export class Membership {
  readonly #options: MembershipOptions;
  #card: OwnCard | undefined;
  #link: PlatformLink | undefined;
  #stop: () => Promise<void> = async () => {};

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** True while the last call of the process that speaks has succeeded. */
  get connected(): boolean {
    return this.#link ? this.#link.connected : this.#options.shared.connected;
  }

  /** True while calls fail. */
  get away(): boolean {
    return this.#link ? this.#link.away : this.#options.shared.away;
  }

  /** True while this process speaks for the workspace. */
  get speaks(): boolean {
    return this.#link !== undefined;
  }

  /** Requests a heartbeat before its time, because something has changed. */
  announce(): void {
    this.#link?.announce();
  }

  start(registered: Registered): void {
    const { self, duties, shared, onCardError, logger } = this.#options;
    const { api, workspaceId, runtime } = self;
    const { url, ownUrl, onRegistered } = registered;
    const card = new OwnCard({
      url,
      ownUrl,
      runtime,
      send: (agent_card) =>
        api.call({ method: 'POST', path: '/registry/update-card', body: { workspace_id: workspaceId, agent_card } }),
      onError: onCardError,
    });
    this.#card = card;
    shared.start(onRegistered);
    this.#stop = duties.hold(
      DUTY,
      (duty) => this.#speak(duty, card, registered),
      (error) => logger.error('the link to the platform has ended; it is opened again', { error }),
    );
  }

  /** The process that speaks sends the card; the others have the same one. */
  cardChanged(): void {
    if (!this.#link) return;
    this.#card?.changed();
    if (this.connected) this.#card?.sendIfChanged();
  }

  /**
   * Resolves when this process speaks no more, and another one may begin.
   *
   * @param isLast whether no other process of the workspace lives: the platform then gets a last heartbeat
   */
  async stop(isLast: () => Promise<boolean>): Promise<void> {
    const { shared, logger } = this.#options;
    shared.stop();
    const link = this.#link;
    // The platform may know the workspace already while the reply to its registration is still on its way.
    const ends = link !== undefined && !link.away && (await isLast().catch(() => false));
    await this.#stop();
    if (!ends) return;
    await link.sayGoodbye().catch((error: unknown) => logger.debug('the platform was not told of the end', { error }));
  }

  async #speak(duty: HeldDuty, card: OwnCard, { registeredUrl, onRegistered }: Registered): Promise<void> {
    const { self, heartbeat, besides, shared, logger } = this.#options;
    const { api, workspaceId } = self;
    logger.info('this process speaks for the workspace on the platform');
    const polls = registeredUrl === undefined;
    const way = polls ? { url: '', delivery_mode: 'poll' } : { url: registeredUrl, delivery_mode: 'push' };
    const link = new PlatformLink({
      api,
      workspaceId,
      bodies: { registration: async () => ({ ...way, agent_card: await card.toRegister() }), heartbeat, polls },
      maySpeak: () => duty.isHeld,
      onRegistered,
      onState: (state) => {
        shared.speakerIs(state);
        if (state === 'connected') card.sendIfChanged();
      },
      logger,
    });
    this.#link = link;
    const silenced = whenAborted(duty.signal).then(() => {
      this.#link = undefined;
      return link.stop();
    });
    link.start();
    await Promise.all([silenced, besides(duty)]);
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

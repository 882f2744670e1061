import type { JsonObject, Logger } from '@molecule/adapters';
import { OwnCard } from './own-card.js';
import type { PlatformApi } from './platform-api.js';
import { PlatformLink } from './platform-link.js';

export interface MembershipOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  /** The heartbeat's body without the id; called for each one. */
  readonly heartbeat: () => JsonObject;
  /** Called with the error of an update of the card that failed. */
  readonly onCardError: (error: unknown) => void;
  readonly logger: Logger;
}

/** The workspace's registration on the platform: its link and its card, once the server listens. */
export class Membership {
  readonly #options: MembershipOptions;
  #started: { readonly link: PlatformLink; readonly card: OwnCard } | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** True while the last call succeeded. */
  get connected(): boolean {
    return this.#started?.link.connected ?? false;
  }

  /** True while calls fail. */
  get away(): boolean {
    return this.#started?.link.away ?? false;
  }

  /** Requests a heartbeat before its time, because something has changed. */
  announce(): void {
    this.#started?.link.announce();
  }

  /**
   * @param url where this process listens
   * @param registeredUrl where the platform reaches it
   * @param onRegistered called after each registration
   */
  start(url: string, registeredUrl: string, onRegistered: () => void): void {
    const { api, workspaceId, heartbeat, onCardError, logger } = this.#options;
    const card = new OwnCard({
      url,
      registeredUrl,
      send: (agent_card) =>
        api.call({ method: 'POST', path: '/registry/update-card', body: { workspace_id: workspaceId, agent_card } }),
      onError: onCardError,
    });
    const link = new PlatformLink({
      api,
      workspaceId,
      registration: async () => ({ url: registeredUrl, agent_card: await card.toRegister() }),
      heartbeat,
      onRegistered,
      onConnected: () => card.sendIfChanged(),
      logger,
    });
    this.#started = { link, card };
    link.start();
  }

  cardChanged(): void {
    this.#started?.card.changed();
    if (this.connected) this.#started?.card.sendIfChanged();
  }

  async stop(): Promise<void> {
    await this.#started?.link.stop();
  }
}

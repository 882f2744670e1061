import type { JsonObject } from '@molecule/adapters';

export interface OwnCardOptions {
  /** Where this process listens. */
  readonly url: string;
  /** Where the platform reaches it. */
  readonly registeredUrl: string;
  readonly send: (card: JsonObject) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/** The agent's card as the platform knows it. */
export class OwnCard {
  readonly #options: OwnCardOptions;
  /** The platform has an older one. */
  #old = false;

  constructor(options: OwnCardOptions) {
    this.#options = options;
  }

  /** For a registration, after which the platform has it. */
  toRegister(): Promise<JsonObject> {
    this.#old = false;
    return this.#read();
  }

  /** It has become another; {@link sendWhenOld} sends it. */
  changed(): void {
    this.#old = true;
  }

  /** A card that changes while the platform is away is sent when it is back. */
  sendWhenOld(): void {
    if (!this.#old) return;
    this.#old = false;
    this.#read()
      .then((card) => this.#options.send(card))
      .catch((error: unknown) => {
        this.#old = true;
        this.#options.onError(error);
      });
  }

  /**
   * In the form of protocol 0.3, which has a `url` at the top, here without a slash at the end, since the platform
   * appends its paths to it.
   */
  async #read(): Promise<JsonObject> {
    const { url, registeredUrl } = this.#options;
    const response = await fetch(`${url}/.well-known/agent-card.json`, { headers: { 'cache-control': 'no-cache' } });
    return { ...((await response.json()) as JsonObject), url: registeredUrl };
  }
}

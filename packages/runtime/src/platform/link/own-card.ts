import type { JsonObject } from '@molecule/adapters';
import { AGENT_CARD_PATH } from '../../support/network/agent-card-path.js';

/** On a card that is registered: the agent answers a message that is sent again from its first task. */
export const REPEATS_KEY = 'x-molecule-answers-repeats';

export interface OwnCardOptions {
  /** The address on which this process listens. */
  readonly url: string;
  /** The address under which others reach it. */
  readonly ownUrl: string;
  /** The name of the engine, which the canvas shows. */
  readonly runtime: string;
  readonly send: (card: JsonObject) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/** The agent's card on the platform. */
export class OwnCard {
  readonly #options: OwnCardOptions;
  /** True if the platform has an older version. */
  #isStale = false;

  constructor(options: OwnCardOptions) {
    this.#options = options;
  }

  /** The card for a registration, which makes it current on the platform. */
  toRegister(): Promise<JsonObject> {
    this.#isStale = false;
    return this.#read();
  }

  /** Marks the card as changed; {@link sendIfChanged} sends it. */
  changed(): void {
    this.#isStale = true;
  }

  /** Sends a changed card. Called after each successful heartbeat, so a change during an outage is sent after it. */
  sendIfChanged(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#read()
      .then((card) => this.#options.send(card))
      .catch((error: unknown) => {
        this.#isStale = true;
        this.#options.onError(error);
      });
  }

  /**
   * The card in the form of protocol 0.3, with a `url` at the top. It has no trailing slash, since the platform appends its
   * paths to it.
   */
  async #read(): Promise<JsonObject> {
    const { url, ownUrl, runtime } = this.#options;
    const response = await fetch(`${url}${AGENT_CARD_PATH}`, { headers: { 'cache-control': 'no-cache' } });
    return { ...((await response.json()) as JsonObject), url: ownUrl, runtime, [REPEATS_KEY]: true };
  }
}

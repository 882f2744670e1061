import type { Logger } from '@molecule/adapters';
import pg, { type ClientConfig } from 'pg';
import type { Clock } from '../../support/clock.js';

/** How long after a connection broke the next one is made. */
const AGAIN_MS = 1_000;

export interface ListenerOptions {
  readonly channel: string;
  readonly clock: Clock;
  readonly logger: Logger;
  received(payload: string): void;
  /** Called for each new connection: what was sent before it is lost. */
  connected(): void;
}

/** Receives notifications on a connection of its own, which is made again whenever it breaks. */
export class Listener {
  readonly #config: ClientConfig;
  readonly #options: ListenerOptions;
  #client: pg.Client | undefined;
  #cancel = () => {};
  #isClosed = false;

  constructor(config: ClientConfig, options: ListenerOptions) {
    this.#config = config;
    this.#options = options;
    void this.#connect();
  }

  /** Ends the present connection, which may be dead without an error, so that another one is made. */
  reconnect(): void {
    this.#client?.connection.stream.destroy();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    // Nothing is lost with it, and a goodbye may never be answered.
    this.reconnect();
  }

  async #connect(): Promise<void> {
    const { channel, logger, received, connected } = this.#options;
    const client = new pg.Client(this.#config);
    this.#client = client;
    let isOver = false;
    const over = (error?: unknown) => {
      if (isOver) return;
      isOver = true;
      logger.debug('the connection for notifications has ended', { error });
      client.end().catch(() => {});
      if (!this.#isClosed) this.#cancel = this.#options.clock.after(AGAIN_MS, () => void this.#connect());
    };
    client.on('error', over);
    client.on('end', () => over());
    client.on('notification', ({ payload }) => received(payload ?? '{}'));
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      connected();
    } catch (error) {
      over(error);
    }
  }
}

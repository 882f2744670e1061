import type { IncomingMessage, ServerResponse } from 'node:http';

/** How much of a stream is kept for a client that does not read. */
export interface StreamLimits {
  /** Unread bytes above which a stream waits for its client. Default 1 MiB. */
  readonly highWaterBytes: number;
  /** Milliseconds that a client may leave them unread before it is dropped; it can come back with `Last-Event-ID`. Default 60,000. */
  readonly stalledMs: number;
}

const LIMITS: StreamLimits = { highWaterBytes: 1024 * 1024, stalledMs: 60_000 };

/** The client's end of one request, as far as a stream needs to know it. */
export class ClientConnection {
  readonly #response: ServerResponse;
  readonly #limits: StreamLimits;
  readonly #controller = new AbortController();
  /** The number of the event that the transport is about to write; the SSE writer makes it the event's id. */
  nextEventId: number | undefined;
  /** The `Last-Event-ID` that a returning client sent. */
  readonly lastEventId: number | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, limits = LIMITS) {
    this.#response = response;
    this.#limits = limits;
    this.lastEventId = eventId(request.headers['last-event-id']);
    response.once('close', () => this.#controller.abort('closed'));
  }

  /** Aborted when the client has gone, or has got everything. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Waits until the client has read enough. A client that reads nothing for a minute is dropped: what it has not read
   * would otherwise be kept in memory, while the log holds it all anyway.
   */
  async drained(): Promise<void> {
    const response = this.#response;
    if (response.writableLength < this.#limits.highWaterBytes || response.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      const timer = setTimeout(() => {
        response.destroy();
        done();
      }, this.#limits.stalledMs);
      response.on('drain', done);
      response.on('close', done);
    });
  }
}

function eventId(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

import type { IncomingMessage, ServerResponse } from 'node:http';

/** Unread bytes above which a stream waits for its client. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** How long a client may leave them unread before it is dropped. It can come back with `Last-Event-ID`. */
const STALLED_MS = 60_000;

/** The client's end of one request, as far as a stream needs to know it. */
export class ClientConnection {
  readonly #response: ServerResponse;
  readonly #controller = new AbortController();
  /** The number of the event that the transport is about to write; the SSE writer makes it the event's id. */
  nextEventId: number | undefined;
  /** The `Last-Event-ID` that a returning client sent. */
  readonly lastEventId: number | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#response = response;
    this.lastEventId = eventId(request.headers['last-event-id']);
    response.once('close', () => this.#controller.abort());
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
    if (response.writableLength < HIGH_WATER_BYTES || response.destroyed) return;
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
      }, STALLED_MS);
      response.on('drain', done);
      response.on('close', done);
    });
  }
}

function eventId(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

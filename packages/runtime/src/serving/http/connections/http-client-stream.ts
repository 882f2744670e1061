import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientStream } from '../../a2a/client-stream.js';

/** The bounds for events that a client does not read. */
export interface StreamLimits {
  /** Unread bytes above which a stream waits for its client. Default 1 MiB. */
  readonly highWaterBytes: number;
  /** Milliseconds until a client that reads nothing is disconnected; it can return with `Last-Event-ID`. Default 60,000. */
  readonly stalledMs: number;
}

const LIMITS: StreamLimits = { highWaterBytes: 1024 * 1024, stalledMs: 60_000 };

/** The client's end of an HTTP response. */
export class HttpClientStream implements ClientStream {
  readonly lastEventId: number | undefined;
  readonly answered: Promise<boolean>;
  readonly #response: ServerResponse;
  readonly #limits: StreamLimits;
  readonly #controller = new AbortController();

  constructor(request: IncomingMessage, response: ServerResponse, limits = LIMITS) {
    this.lastEventId = eventId(request.headers['last-event-id']);
    this.#response = response;
    this.#limits = limits;
    this.answered = new Promise((resolve) => response.once('close', () => resolve(response.writableFinished)));
    response.once('close', () => this.#controller.abort('closed'));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Disconnects a client that reads nothing for a minute: its unread events would be kept in memory, while the log keeps them
   * anyway.
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

import type { Writable } from 'node:stream';
import type { ClientStream } from '../../a2a/client-stream.js';

/** The bounds for events that a client does not read. */
export interface StreamLimits {
  /** Unread events above which a stream waits for its client. Default 64: one holds at most some 64 KB of text. */
  readonly highWaterEvents: number;
  /** Milliseconds until the call of a client that reads nothing is ended; it can return. Default 60,000, as over HTTP. */
  readonly stalledMs: number;
}

/** As over HTTP. */
export const STREAM_LIMITS: StreamLimits = { highWaterEvents: 64, stalledMs: 60_000 };

/** The client's end of a call. */
export class GrpcClientStream implements ClientStream {
  readonly lastEventId: number | undefined;
  readonly #onStalled: () => void;
  readonly #limits: StreamLimits;
  readonly #controller = new AbortController();
  #answer: Writable | undefined;

  /** @param onStalled ends the call: its client has read nothing for too long */
  constructor(lastEventId: string | undefined, onStalled: () => void, limits: StreamLimits) {
    this.lastEventId = lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined;
    this.#onStalled = onStalled;
    this.#limits = limits;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The answer of a call that streams. */
  writesTo(answer: Writable): void {
    this.#answer = answer;
  }

  /** The client has gone, or has received everything. */
  closed(): void {
    this.#controller.abort('closed');
  }

  async drained(): Promise<void> {
    const answer = this.#answer;
    const { highWaterEvents, stalledMs } = this.#limits;
    if (answer === undefined || answer.writableLength < highWaterEvents || this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        answer.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#onStalled();
        done();
      }, stalledMs);
      answer.on('drain', done);
      this.signal.addEventListener('abort', done);
    });
  }
}

import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type RunEvent, runEventSchema } from './runs.js';

/** The result of reading: an event, `idle` (none yet), or `closed` (no more will come). */
export type StreamLook = RunEvent | 'idle' | 'closed';

/**
 * The events of one run, read in the background from its creation, so that none is lost while no turn consumes them, for
 * example between a question and its answer.
 */
export class RunEventStream {
  readonly #events: RunEvent[] = [];
  readonly #connection: AbortController;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(body: ReadableStream<Uint8Array>, connection: AbortController) {
    this.#connection = connection;
    void this.#read(body);
  }

  /** The next event, `idle` after `timeoutMs` without one or when `signal` is aborted, `closed` when none will follow. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<StreamLook> {
    if (this.#events.length === 0 && !this.#closed && !signal.aborted) await this.#change(timeoutMs, signal);
    return this.#events.shift() ?? (this.#closed ? 'closed' : 'idle');
  }

  /** Closes the connection; the run continues. */
  close(): void {
    this.#connection.abort();
    this.#finish();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    try {
      const text = new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>;
      const messages = body.pipeThrough(text).pipeThrough(new EventSourceParserStream());
      for await (const { data } of messages) this.#push(data);
    } catch {
      // A broken connection ends the stream: the reader then asks for the run's status.
    } finally {
      this.#finish();
    }
  }

  #push(data: string): void {
    // Events of other kinds are of no use here; `reasoning.available`, for one, repeats the answer and is no reasoning.
    const event = runEventSchema.safeParse(JSON.parse(data)).data;
    if (event === undefined) return;
    this.#events.push(event);
    this.#wake?.();
  }

  #finish(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async #change(timeoutMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake, { once: true });
      this.#wake = wake;
    });
  }
}

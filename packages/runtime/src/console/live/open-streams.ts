/** A stream of the console. */
export interface OpenStream {
  /** Aborted when the client has gone, or the server ends all streams. */
  readonly signal: AbortSignal;
  /** True if the server ends the stream: its client is still there. */
  readonly isEnding: boolean;
  close(): void;
}

/** A reason of its own saves the stack trace of a default one. */
const ENDED = 'ended';

/** The streams of the console, which have no end of their own: the server ends them before it waits for its clients. */
export class OpenStreams {
  readonly #open = new Set<AbortController>();
  #isOver = false;

  /** @param client aborted when the client has gone */
  open(client: AbortSignal): OpenStream {
    const controller = new AbortController();
    const end = () => controller.abort(ENDED);
    if (client.aborted || this.#isOver) end();
    else client.addEventListener('abort', end, { once: true });
    this.#open.add(controller);
    const isEnding = () => this.#isOver && !client.aborted;
    return {
      signal: controller.signal,
      get isEnding() {
        return isEnding();
      },
      close: () => {
        client.removeEventListener('abort', end);
        this.#open.delete(controller);
      },
    };
  }

  /** Ends all streams, and those that are opened from now on. */
  endAll(): void {
    this.#isOver = true;
    for (const controller of this.#open) controller.abort(ENDED);
  }
}

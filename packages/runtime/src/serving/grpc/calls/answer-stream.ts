import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';

/** What a client may read in the time of a client that reads nothing. Slower readers count as such. */
const SLOWEST_BYTES = 1024 * 1024;

/**
 * The stream of HTTP/2 on which a call is answered. The client library sends a status only after everything before it, so without a reset the
 * call of a client that does not read would never end.
 */
export class AnswerStream {
  readonly #stream: ServerHttp2Stream | undefined;
  readonly #socket: Socket | undefined;
  #isWatched = false;
  /** How many messages it has taken. The client library gives it one only after the one before has been sent. */
  #messages = 0;

  /** @param socket the connection of the call */
  constructor(call: ServerInterceptingCallInterface, socket: Socket | undefined) {
    // The library has no public name for it. Without it, the whole connection is closed.
    this.#stream = (call as { readonly stream?: ServerHttp2Stream }).stream;
    this.#socket = socket;
  }

  /** It takes a message of the answer. */
  takes(): void {
    this.#messages += 1;
  }

  /** Ends the stream after `ms`, if it is still open then; what its client has not read is lost. */
  resetAfter(ms: number): void {
    this.#isWatched = true;
    setTimeout(() => this.#reset(), ms).unref();
  }

  /** The answer is complete. Ends the stream if its client then reads no message for `ms`, and for as long again for each megabyte of it. */
  watch(ms: number): void {
    if (this.#isWatched || this.#stream === undefined || this.#stream.closed) return;
    this.#isWatched = true;
    this.#watch(this.#stream, ms);
  }

  #watch(stream: ServerHttp2Stream, ms: number): void {
    const [messages, unread] = [this.#messages, stream.bufferSize];
    const timer = setTimeout(
      () => {
        stream.off('close', stop);
        if (this.#messages > messages || stream.bufferSize < unread) this.#watch(stream, ms);
        else this.#reset();
      },
      ms * Math.max(1, unread / SLOWEST_BYTES),
    );
    timer.unref();
    const stop = () => clearTimeout(timer);
    stream.once('close', stop);
  }

  #reset(): void {
    if (this.#stream === undefined) this.#socket?.destroy();
    else if (!this.#stream.closed) this.#stream.close(constants.NGHTTP2_CANCEL);
  }
}

import type { ServerResponse } from 'node:http';
import { filesOf } from '../files/files-of.js';
import { writePieces } from '../files/write-pieces.js';
import { jsonText, withoutLineEnds } from './json-text.js';

/** Proxies close connections that are silent for a minute, many for half of that. */
const KEEP_ALIVE_MS = 15_000;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache',
  Connection: 'keep-alive',
  // Without it, nginx buffers the events.
  'X-Accel-Buffering': 'no',
} as const;

/** An event of a stream; its data as a value, or as JSON. */
export type StreamedEvent = ({ readonly data: unknown } | { readonly json: string }) & {
  /** The event's number in the task log; the client sends it as `Last-Event-ID` when it returns. */
  readonly seq?: number;
  /** What the client sends in place of a number. One line, in ASCII. */
  readonly id?: string;
  /** The event's type; absent for `message`. */
  readonly name?: string;
};

/** Writes server-sent events, and a comment every 15 seconds so that no proxy closes a quiet stream. */
export class EventStream {
  readonly #response: ServerResponse;
  #isWriting = false;

  /** Sends the headers. */
  constructor(response: ServerResponse, keepAliveMs = KEEP_ALIVE_MS) {
    this.#response = response;
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.statusCode = 200;
    response.flushHeaders();
    const timer = setInterval(() => this.#keepAlive(), keepAliveMs);
    response.once('close', () => clearInterval(timer));
  }

  /** Resolves when the event is written, which takes as long as the client needs to read the files in it. */
  async write(event: StreamedEvent): Promise<void> {
    const { seq, id: given = seq, name } = event;
    const json = 'json' in event ? withoutLineEnds(event.json) : jsonText(event.data);
    const type = name === undefined ? '' : `event: ${name}\n`;
    const id = given === undefined ? '' : `id: ${given}\n`;
    const pieces = filesOf(this.#response).piecesOf(`${type}${id}data: ${json}\n\n`);
    const [whole, ...more] = pieces;
    if (more.length === 0) return this.#write(whole as string);
    this.#isWriting = true;
    await writePieces(this.#response, pieces);
    this.#isWriting = false;
  }

  end(): void {
    this.#response.end();
  }

  #keepAlive(): void {
    // A comment must not come into the middle of an event.
    if (!this.#isWriting) this.#write(': keep-alive\n\n');
  }

  /** An ended response stays open until its client has read the rest. */
  #write(text: string): void {
    if (!this.#response.writableEnded) this.#response.write(text);
  }
}

/**
 * Sends a stream of events. If the stream fails after its first event, `failure` makes the last event.
 *
 * @throws the stream's error if it fails before its first event; nothing has been sent then
 */
export async function sendEvents(
  response: ServerResponse,
  events: AsyncGenerator<StreamedEvent, void, undefined>,
  failure: (error: unknown) => StreamedEvent,
): Promise<void> {
  let next = await events.next();
  const stream = new EventStream(response);
  try {
    for (; !next.done; next = await events.next()) await stream.write(next.value);
  } catch (error) {
    await stream.write(failure(error));
  } finally {
    stream.end();
  }
}

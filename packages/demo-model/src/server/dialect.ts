import type { Completion } from './chat.js';

/** One event of a stream of server-sent events. */
export interface StreamEvent {
  /** The event's name; without one, it is a plain `data:` line. */
  readonly name?: string;
  readonly data: unknown;
}

/** How an API writes its answers. What it reads is the same for both. */
export interface Dialect {
  completion(id: string, completion: Completion): unknown;
  streamStart(id: string): readonly StreamEvent[];
  streamText(id: string, text: string): readonly StreamEvent[];
  /** `body` is the request's. */
  streamEnd(id: string, completion: Completion, body: Readonly<Record<string, unknown>>): readonly StreamEvent[];
  error(status: number, message: string): unknown;
}

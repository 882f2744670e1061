import type { Completion } from './chat.js';

/** One server-sent event. */
export interface StreamEvent {
  /** The event's name; if absent, the event is a plain `data:` line. */
  readonly name?: string;
  readonly data: unknown;
}

/** The format of an API's answers. Requests are read the same way for both APIs. */
export interface Dialect {
  completion(id: string, completion: Completion): unknown;
  streamStart(id: string): readonly StreamEvent[];
  streamText(id: string, text: string): readonly StreamEvent[];
  /** `body` is the body of the request. */
  streamEnd(id: string, completion: Completion, body: Readonly<Record<string, unknown>>): readonly StreamEvent[];
  error(status: number, message: string): unknown;
}

import type { ServerResponse } from 'node:http';
import type { ClientConnection } from '../a2a/client-connection.js';
import { withoutLineEnds } from './json-text.js';

/** Proxies close connections that are silent for a minute, many for half of that. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Gives the SDK's event streams what they lack: an `id` line with each event, so that a client can come back with
 * `Last-Event-ID`; a comment every 15 seconds, so that nothing on the way takes a quiet stream for a dead one; and no character
 * inside of an event that ends a line for some readers.
 */
export function improveEventStream(
  response: ServerResponse,
  connection: ClientConnection,
  keepAliveMs = KEEP_ALIVE_MS,
): void {
  const write = response.write.bind(response) as (chunk: string) => boolean;
  let timer: NodeJS.Timeout | undefined;
  response.once('close', () => clearInterval(timer));
  response.write = ((chunk: unknown, ...rest: unknown[]): boolean => {
    if (typeof chunk !== 'string' || !isEventStream(response)) return Reflect.apply(write, response, [chunk, ...rest]);
    timer ??= setInterval(() => {
      // A stream that has ended stays open for as long as its client takes to read the rest.
      if (!response.writableEnded) write(': keep-alive\n\n');
    }, keepAliveMs);
    const id = connection.nextEventId;
    connection.nextEventId = undefined;
    const text = withoutLineEnds(chunk);
    return write(id !== undefined && text.startsWith('data:') ? `id: ${id}\n${text}` : text);
  }) as typeof response.write;
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

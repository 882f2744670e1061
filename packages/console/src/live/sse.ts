import { createParser, type EventSourceMessage } from 'eventsource-parser';

/**
 * Reads an event stream until it ends, and reports every sign of life, comments included.
 * @throws what the body's reader throws, for example a `TypeError` when the connection breaks.
 */
export async function readEventStream(
  response: Response,
  onEvent: (event: EventSourceMessage) => void,
  onAlive: () => void,
): Promise<void> {
  if (response.body === null) return;
  const parser = createParser({ onEvent });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onAlive();
    parser.feed(value);
  }
}

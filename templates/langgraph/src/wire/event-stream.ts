import { EngineError } from '@molecule/adapters';

/** One server-sent event. */
export interface ServerEvent {
  readonly event?: string;
  readonly data: string;
}

/** Characters of one event. A server that sends more in one piece is no model. */
const EVENT_LIMIT = 32 * 1024 * 1024;
/** Two ends of lines, of any kind each. */
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/;

/** Passes each event of a stream to `handle`, whose events are sent on; `end` is called when the stream has closed. */
export function transformEvents(handlers: {
  handle(event: ServerEvent): Iterable<ServerEvent>;
  end(): Iterable<ServerEvent>;
}): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  type Controller = TransformStreamDefaultController<Uint8Array>;
  const send = (events: Iterable<ServerEvent>, controller: Controller) => {
    for (const event of events) controller.enqueue(encoder.encode(encode(event)));
  };
  const take = (text: string, controller: Controller) => {
    rest += text;
    let gap = BLANK_LINE.exec(rest);
    while (gap !== null) {
      const event = parse(rest.slice(0, gap.index));
      rest = rest.slice(gap.index + gap[0].length);
      if (event !== undefined) send(handlers.handle(event), controller);
      gap = BLANK_LINE.exec(rest);
    }
    if (rest.length > EVENT_LIMIT) {
      throw new EngineError('invalid-request', `The model's server sent an event of over ${EVENT_LIMIT} characters.`);
    }
  };
  return new TransformStream({
    transform: (bytes, controller) => take(decoder.decode(bytes, { stream: true }), controller),
    flush(controller) {
      take(`${decoder.decode()}\n\n`, controller);
      send(handlers.end(), controller);
    },
  });
}

export function encode({ event, data }: ServerEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}

/** `undefined` for a block without data, such as a comment that keeps the line open. */
function parse(block: string): ServerEvent | undefined {
  let event: string | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value = ''] = /^(data|event)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
  }
  if (data.length === 0) return undefined;
  return { ...(event === undefined ? {} : { event }), data: data.join('\n') };
}

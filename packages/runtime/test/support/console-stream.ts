/** An event of a stream of the console. */
export interface ConsoleEvent {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stream of the console, event by event. */
export interface ConsoleStream extends AsyncDisposable {
  readonly status: number;
  /** All events so far. */
  readonly events: ConsoleEvent[];
  /** The next event that is not read yet; undefined: the stream has ended. */
  next(): Promise<ConsoleEvent | undefined>;
  /** Reads on until an event of this name for which the test is true; the others are skipped. @throws if the stream ends before */
  until(name: string, test?: (data: ConsoleEvent['data']) => boolean): Promise<ConsoleEvent>;
}

export async function openConsoleStream(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ConsoleStream> {
  const controller = new AbortController();
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: controller.signal,
  });
  const events: ConsoleEvent[] = [];
  const reading = eventsOf(response);
  const next = async () => {
    const { value, done } = await reading.next();
    if (done) return undefined;
    events.push(value);
    return value;
  };
  return {
    status: response.status,
    events,
    next,
    async until(name, test = () => true) {
      for (let event = await next(); event; event = await next()) {
        if (event.event === name && test(event.data)) return event;
      }
      throw new Error(`The stream ended before an event ${name}: ${JSON.stringify(events.slice(-5))}`);
    },
    async [Symbol.asyncDispose]() {
      controller.abort();
      await reading.return(undefined).catch(() => {});
    },
  };
}

async function* eventsOf(response: Response): AsyncGenerator<ConsoleEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      if (block.startsWith(':')) continue;
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      yield { event: field('event'), id: field('id'), data: JSON.parse(field('data') ?? 'null') };
    }
  }
}

import { EngineError } from '@molecule/adapters';
import { type AnswerGuard, brokenOff } from './answer-guard.js';
import { AnthropicGuard } from './anthropic-guard.js';
import { encode, type ServerEvent, transformEvents } from './event-stream.js';
import { isRecord, type JsonRecord, tryJson } from './json.js';
import { type ModelCalls, turnCalls } from './model-calls.js';
import { OpenAiGuard } from './openai-guard.js';
import { errorIn, providerError } from './provider-error.js';

const DONE = '[DONE]';

/**
 * A `fetch` for the model clients. It checks each response with status 200 on the wire, before the clients repair, drop or misname parts
 * of it: an incomplete answer, and an error or a page in place of an answer, become an `EngineError`; a partial tool call is never passed
 * on; missing fields are added. Responses with other statuses pass unchanged.
 */
export function guardedFetch(provider: string): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok) return response;
    const request = tryJson(typeof init?.body === 'string' ? init.body : '');
    const guard = guardFor(addressOf(input), provider, isRecord(request) ? request : {});
    if (guard === undefined) return response;
    const calls = turnCalls.getStore();
    calls?.begin();
    const streamed = isRecord(request) && request['stream'] === true;
    const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false;
    if (streamed && isStream) return watchStream(response, guard, calls, provider);
    return readWhole(response, guard, calls, provider, streamed);
  };
}

function addressOf(input: Parameters<typeof fetch>[0]): string {
  return typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
}

/** OpenAI's Responses API has failures of its own, which the client handles. */
function guardFor(url: string, provider: string, request: JsonRecord): AnswerGuard | undefined {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/chat/completions')) return new OpenAiGuard(provider, request);
  return pathname.endsWith('/messages') ? new AnthropicGuard(provider, request) : undefined;
}

function watchStream(
  response: Response,
  guard: AnswerGuard,
  calls: ModelCalls | undefined,
  provider: string,
): Response {
  let answered = false;
  const told = new UsageTeller(guard, calls);
  const watched = transformEvents({
    *handle({ event, data }) {
      if (data === DONE) return;
      const parsed = tryJson(data);
      // A frame that was cut, or a page in the dress of a stream.
      if (!isRecord(parsed)) throw answered ? brokenOff(provider) : noAnswer(provider);
      const error = errorIn(parsed);
      if (error !== undefined) {
        told.tell();
        throw providerError(error, provider);
      }
      answered = true;
      try {
        yield* guard.event(parsed).map((mended) => frame(mended, event));
      } catch (thrown) {
        told.tell();
        throw thrown;
      }
    },
    end() {
      told.tell();
      calls?.end(guard.end());
      return [{ data: DONE }].filter(() => guard instanceof OpenAiGuard);
    },
  });
  const source = watchEnd(response.body ?? emptyBody(), () => told.tell());
  return new Response(source.pipeThrough(watched), { status: response.status, headers: headersOf(response) });
}

/** Reports the usage of an answer, once, however it ends. */
class UsageTeller {
  readonly #guard: AnswerGuard;
  readonly #calls: ModelCalls | undefined;
  #told = false;

  constructor(guard: AnswerGuard, calls: ModelCalls | undefined) {
    this.#guard = guard;
    this.#calls = calls;
  }

  tell(): void {
    const usage = this.#guard.usage();
    if (this.#told || usage === undefined) return;
    this.#told = true;
    this.#calls?.tell(usage);
  }
}

/** The same stream; `broken` is called when it fails, or when its reader gives it up. */
function watchEnd(body: ReadableStream<Uint8Array>, broken: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        broken();
        controller.error(error);
      }
    },
    cancel(reason) {
      broken();
      return reader.cancel(reason);
    },
  });
}

async function readWhole(
  response: Response,
  guard: AnswerGuard,
  calls: ModelCalls | undefined,
  provider: string,
  streamed: boolean,
): Promise<Response> {
  const text = await response.text();
  const answer = tryJson(text);
  if (!isRecord(answer)) throw text === '' ? brokenOff(provider) : noAnswer(provider);
  const error = errorIn(answer);
  if (error !== undefined) throw providerError(error, provider);
  const events = guard.eventsOf(answer);
  if (events === undefined) throw noAnswer(provider);
  const mended = events.flatMap((event) => guard.event(event));
  const usage = guard.usage();
  if (usage !== undefined) calls?.tell(usage);
  calls?.end(guard.end());
  const init = { status: response.status, headers: headersOf(response) };
  if (!streamed) return new Response(text, init);
  init.headers.set('content-type', 'text/event-stream');
  const frames = [...mended.map((event) => frame(event)), ...(guard instanceof OpenAiGuard ? [{ data: DONE }] : [])];
  return new Response(frames.map(encode).join(''), init);
}

/** Anthropic's events have their type as the event's name. */
function frame(data: JsonRecord, name?: string): ServerEvent {
  const event = typeof data['type'] === 'string' ? data['type'] : name;
  return { ...(event === undefined ? {} : { event }), data: JSON.stringify(data) };
}

/** Without what speaks of the body as it came. */
function headersOf(response: Response): Headers {
  const headers = new Headers(response.headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name);
  return headers;
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

function noAnswer(provider: string): EngineError {
  return new EngineError(
    'unavailable',
    `What answers at the address of ${provider} is not a model (HTTP 200 with a page or a text of another kind). Check the ` +
      'base URL, and whether a proxy or a sign-in page stands before it.',
  );
}

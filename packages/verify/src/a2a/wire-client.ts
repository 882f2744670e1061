import { VerifyError } from '../verify-error.js';
import type { Dialect, MessageIds, SeenEvent, SeenTask } from './dialect.js';

const REMEDY =
  'see the log of the agent; `molecule start` keeps the protocol, so also check any proxy or other server in front of it';
const SETTLED: ReadonlySet<string> = new Set([
  'completed',
  'failed',
  'canceled',
  'rejected',
  'input-required',
  'auth-required',
]);

export function isSettled(state: string): boolean {
  return SETTLED.has(state);
}

/**
 * A client of one version of the protocol in plain HTTP. It shares no code with the runtime's server or its client, not even the reader
 * of event streams, because these checks would not find an error that both have.
 */
export class WireClient {
  readonly #url: string;
  readonly #dialect: Dialect;
  readonly #timeoutMs: number;
  readonly #onText: (text: string) => void;

  /** @param onText receives the raw text of every answer */
  constructor(url: string, dialect: Dialect, timeoutMs: number, onText: (text: string) => void) {
    this.#url = url;
    this.#dialect = dialect;
    this.#timeoutMs = timeoutMs;
    this.#onText = onText;
  }

  /** Sends a message and waits until the turn is over. */
  async send(text: string, ids: MessageIds = {}): Promise<SeenTask> {
    const { methods, message } = this.#dialect;
    return this.#task(methods.send, message(text, ids));
  }

  async get(id: string): Promise<SeenTask> {
    return this.#task(this.#dialect.methods.get, { id });
  }

  async cancel(id: string): Promise<SeenTask> {
    return this.#task(this.#dialect.methods.cancel, { id });
  }

  /** Makes a call that must fail, and returns the code of its error. */
  async errorCode(method: string, params: object): Promise<number | undefined> {
    const { error } = await this.#call(method, params);
    return error?.code;
  }

  /** Sends a message, and yields the events until the server ends the stream. */
  async *stream(text: string, ids: MessageIds = {}): AsyncGenerator<SeenEvent> {
    const { methods, message } = this.#dialect;
    const response = await this.#post(methods.stream, message(text, ids));
    const type = response.headers.get('content-type') ?? '';
    if (!type.startsWith('text/event-stream') || response.body === null) {
      throw new VerifyError(
        `${methods.stream} must answer with an event stream; found ${type}: ${await response.text()}`,
        REMEDY,
      );
    }
    for await (const data of this.#dataOf(response.body)) {
      const { result, error } = parse(data, methods.stream);
      if (error !== undefined) throw new VerifyError(`${methods.stream} ended with the error ${error.message}`, REMEDY);
      yield this.#read(methods.stream, result, (value) => this.#dialect.readEvent(value));
    }
  }

  async #task(method: string, params: object): Promise<SeenTask> {
    const { result, error } = await this.#call(method, params);
    if (error !== undefined)
      throw new VerifyError(`${method} ended with the error ${error.code} ${error.message}`, REMEDY);
    return this.#read(method, result, (value) => this.#dialect.readTask(value));
  }

  #read<Value>(method: string, result: unknown, read: (result: unknown) => Value): Value {
    try {
      return read(result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const shown = JSON.stringify(result);
      throw new VerifyError(
        `the answer to ${method} does not have the form of A2A ${this.#dialect.version}: ${shown}\n${reason}`,
        REMEDY,
      );
    }
  }

  async #call(method: string, params: object): Promise<RpcAnswer> {
    const text = await (await this.#post(method, params)).text();
    this.#onText(text);
    return parse(text, method);
  }

  async #post(method: string, params: object): Promise<Response> {
    try {
      return await fetch(this.#url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...this.#dialect.headers },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') throw error;
      throw this.#tooLate(method);
    }
  }

  async *#dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
    let rest = '';
    try {
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        this.#onText(text);
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop() ?? '';
        yield* lines.filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length).trim());
      }
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') throw error;
      throw this.#tooLate('the stream');
    }
  }

  #tooLate(what: string): VerifyError {
    return new VerifyError(
      `${what} must end; it had not ended after ${this.#timeoutMs / 1000} s`,
      'end every turn with `finish`, `input-required`, `auth-required` or `reject`, or throw; if the engine is slow, raise --timeout',
    );
  }
}

interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

function parse(text: string, method: string): RpcAnswer {
  try {
    return JSON.parse(text) as RpcAnswer;
  } catch (error) {
    throw new VerifyError(
      `the answer to ${method} must be JSON; found: ${text.slice(0, 500)} (${String(error)})`,
      REMEDY,
    );
  }
}

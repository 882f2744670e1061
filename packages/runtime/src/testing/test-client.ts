import { until } from './until.js';

/** A task as a test reads it. */
export interface TestTask {
  readonly id: string;
  readonly contextId: string;
  /** `completed`, `working`, `input-required` and so on. */
  readonly state: string;
  /** The answer of a completed task; otherwise the text of its status: a question, or why it failed. */
  readonly text: string;
  /** The artifacts' files: contents as text, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The stable code of a failed task. */
  readonly code?: string;
}

export interface SendOptions {
  /** The conversation. Default: a new one. */
  readonly contextId?: string;
  /** The task that waits for this message. */
  readonly taskId?: string;
}

interface WirePart {
  readonly text?: string;
  readonly raw?: string;
  readonly filename?: string;
}

interface WireTask {
  readonly id: string;
  readonly contextId: string;
  readonly status: {
    readonly state: string;
    readonly message?: {
      readonly parts: readonly WirePart[];
      readonly metadata?: { readonly 'molecule.code'?: string };
    };
  };
  readonly artifacts?: readonly { readonly parts: readonly WirePart[] }[];
}

interface WireMessage {
  readonly contextId: string;
  readonly parts: readonly WirePart[];
  readonly metadata?: { readonly 'molecule.taskId'?: string };
}

/** A client for tests: A2A 1.0 by JSON-RPC. */
export class TestClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param token The bearer token, for a server with tokens. */
  constructor(url: string, token?: string) {
    this.#url = url;
    const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    this.#headers = { 'Content-Type': 'application/json', 'A2A-Version': '1.0', ...authorization };
  }

  /** Sends a message and waits until its turn has ended. */
  send(text: string, options: SendOptions = {}): Promise<TestTask> {
    return this.#sendMessage(text, options, false);
  }

  /** Sends a message and returns as soon as it is accepted. */
  begin(text: string, options: SendOptions = {}): Promise<TestTask> {
    return this.#sendMessage(text, options, true);
  }

  async task(id: string): Promise<TestTask> {
    return readTask(await this.#call('GetTask', { id }));
  }

  async cancel(id: string): Promise<TestTask> {
    return readTask(await this.#call('CancelTask', { id }));
  }

  /** Reads the task until it is in the state. */
  waitFor(id: string, state: string, withinMs = 30_000): Promise<TestTask> {
    const find = async () => {
      const task = await this.task(id);
      return task.state === state ? task : undefined;
    };
    return until(`task ${id} is ${state}`, find, withinMs);
  }

  async #sendMessage(text: string, options: SendOptions, returnImmediately: boolean): Promise<TestTask> {
    const message = { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...options };
    const result = await this.#call('SendMessage', { message, configuration: { returnImmediately } });
    const { task, message: reply } = result as { readonly task?: WireTask; readonly message?: WireMessage };
    return reply ? readReply(reply) : readTask(task);
  }

  async #call(method: string, params: object): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(this.#url, { method: 'POST', headers: this.#headers, body });
    const { result, error } = (await response.json()) as { readonly result?: unknown; readonly error?: unknown };
    if (result === undefined) throw new Error(`${method} was refused: ${JSON.stringify(error)}`);
    return result;
  }
}

/** A bare message, as the completed task that it stands for. */
function readReply({ contextId, parts, metadata }: WireMessage): TestTask {
  const status = { state: 'TASK_STATE_COMPLETED' };
  return readTask({ id: metadata?.['molecule.taskId'] ?? '', contextId, status, artifacts: [{ parts }] });
}

function readTask(value: unknown): TestTask {
  const { id, contextId, status, artifacts = [] } = value as WireTask;
  const state = status.state
    .replace(/^TASK_STATE_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
  const answer = artifacts.flatMap(({ parts }) => parts);
  const words = state === 'completed' ? answer : (status.message?.parts ?? []);
  const code = status.message?.metadata?.['molecule.code'];
  return {
    id,
    contextId,
    state,
    text: words.map((part) => part.text ?? '').join(''),
    files: Object.fromEntries(
      answer.flatMap(({ raw, filename = '' }) =>
        raw === undefined ? [] : [[filename, Buffer.from(raw, 'base64').toString()]],
      ),
    ),
    ...(code !== undefined && { code }),
  };
}

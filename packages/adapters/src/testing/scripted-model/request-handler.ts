import type { IncomingMessage, ServerResponse } from 'node:http';
import { anthropicMessages } from './anthropic-messages.js';
import { asRecord, type JsonRecord } from './conversation.js';
import { openAiChat } from './openai-chat.js';
import { openAiResponses } from './openai-responses.js';
import { type SelectedStep, selectStep } from './script.js';
import type { ScriptStep } from './script-step.js';
import type { RecordedRequest, ScriptedModelOptions } from './scripted-model.js';
import { sendJson, sendReply } from './send-reply.js';
import { buildReply, type Refusal, type WireFormat } from './wire-format.js';

/** A record while it is still being written. */
type Entry = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** Records the requests of one scripted model, and answers them. */
export class RequestHandler {
  requests: Entry[] = [];
  live = 0;
  #failures = new Map<string, number>();
  #count = 0;
  readonly #options: ScriptedModelOptions;

  constructor(options: ScriptedModelOptions) {
    this.#options = options;
  }

  reset(): void {
    this.requests = [];
    this.#failures = new Map();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const method = request.method ?? 'GET';
    if (path === '/__log') return sendJson(response, 200, this.requests);
    if (path === '/__reset') {
      this.reset();
      return sendJson(response, 200, { ok: true });
    }
    const entry: Entry = { method, path, headers: request.headers, body: parseJson(raw), at: Date.now() };
    this.requests.push(entry);
    if (method === 'HEAD' || path === '/') {
      response.end();
      return;
    }
    if (path === '/v1/models') return sendJson(response, 200, this.#models());
    if (path.endsWith('/count_tokens')) return sendJson(response, 200, { input_tokens: Math.ceil(raw.length / 4) });
    const format = formatFor(path);
    if (format === undefined) return sendJson(response, 404, { error: { message: `no such path: ${path}` } });
    await this.#answer(entry, format, raw.length, response);
  }

  async #answer(entry: Entry, format: WireFormat, bodyLength: number, response: ServerResponse): Promise<void> {
    const body = asRecord(entry.body);
    const refusal = this.#options.strict === true ? this.#refuse(format, body, bodyLength) : undefined;
    if (refusal !== undefined) {
      entry.refused = refusal.message;
      const error = format.error(400, refusal.message, 'invalid_request_error', refusal.code);
      return sendJson(response, 400, error);
    }
    const selected = selectStep(format.readConversation(body));
    const step = this.#failsNow(selected) ? selected.step : withoutFailure(selected.step);
    entry.step = selected.index;
    this.#count += 1;
    if (step.status !== undefined) {
      const headers: Record<string, string> =
        step.retryAfter === undefined ? {} : { 'retry-after': String(step.retryAfter) };
      const message = step.errorText ?? `scripted ${step.status}`;
      return sendJson(response, step.status, format.error(step.status, message, step.errorType), headers);
    }
    const reply = buildReply(step, this.#count, body, bodyLength);
    this.live += 1;
    try {
      const outcome = await sendReply(response, format, reply, step);
      if (outcome === 'hung-up') entry.aborted = Date.now();
    } finally {
      this.live -= 1;
      entry.ended = Date.now();
    }
  }

  #refuse(format: WireFormat, body: JsonRecord, bodyLength: number): Refusal | undefined {
    const limit = this.#options.contextLength;
    const tokens = Math.ceil(bodyLength / 4);
    if (limit === undefined || tokens <= limit) return format.refuse?.(body);
    // Each provider's client searches for the words of its provider, so the message has both.
    const message = `prompt is too long: ${tokens} tokens > ${limit} maximum (maximum context length)`;
    return { message, code: 'context_length_exceeded' };
  }

  #failsNow(selected: SelectedStep): boolean {
    const failed = this.#failures.get(selected.key) ?? 0;
    if (failed >= (selected.step.times ?? Number.POSITIVE_INFINITY)) return false;
    this.#failures.set(selected.key, failed + 1);
    return true;
  }

  #models() {
    const id = this.#options.model ?? 'scripted';
    const model = {
      id,
      object: 'model',
      type: 'model',
      display_name: id,
      created: 1,
      created_at: '2026-01-01T00:00:00Z',
      owned_by: 'test',
      context_length: this.#options.contextLength ?? 128_000,
    };
    return { object: 'list', has_more: false, data: [model] };
  }
}

function withoutFailure(step: ScriptStep): ScriptStep {
  const { status: _1, page: _2, frames: _3, streamError: _4, end: _5, cut: _6, hang: _7, ...rest } = step;
  return rest;
}

function formatFor(path: string): WireFormat | undefined {
  if (path.endsWith('/v1/messages')) return anthropicMessages;
  if (path.endsWith('/chat/completions')) return openAiChat;
  if (path.endsWith('/responses')) return openAiResponses;
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function parseJson(raw: string): unknown {
  if (raw === '') return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    // Recorded as `undefined`, and answered like an empty request.
    return undefined;
  }
}

import { type FinishReason, type UsageEvent, WholeCharacters, wellFormed } from '@molecule/adapters';
import { type AnswerGuard, brokenOff, factsOf } from './answer-guard.js';
import { toFinishReason } from './finish-reason.js';
import { countOf, isRecord, type JsonRecord } from './json.js';
import type { ModelCallFacts } from './model-calls.js';
import { checkArguments, runsCalls } from './tool-arguments.js';
import { ToolIds } from './tool-ids.js';

interface OpenCall {
  readonly start: JsonRecord;
  readonly id: string;
  arguments: string;
}

/** Anthropic's messages. Tool calls are held back until the answer has ended, so that a partial call is never passed on. */
export class AnthropicGuard implements AnswerGuard {
  readonly #provider: string;
  readonly #ids: ToolIds;
  readonly #joiners = new Map<unknown, { readonly joiner: WholeCharacters; last: JsonRecord }>();
  readonly #calls = new Map<unknown, OpenCall>();
  readonly #problems: [string, string][] = [];
  readonly #tokens = { input: 0, cached: 0, written: 0, output: 0 };
  #model: string | undefined;
  /** The block that the answer ended in. */
  #newest: unknown;
  #reason: FinishReason | undefined;

  constructor(provider: string, request: JsonRecord) {
    this.#provider = provider;
    this.#ids = new ToolIds(idsIn(request['messages']));
  }

  event(data: JsonRecord): readonly JsonRecord[] {
    const { type, index } = data;
    if (type === 'message_start') return [this.#start(data)];
    if (type === 'content_block_start') this.#newest = index;
    if (
      type === 'content_block_start' &&
      isRecord(data['content_block']) &&
      data['content_block']['type'] === 'tool_use'
    ) {
      this.#calls.set(index, { start: data, id: this.#ids.claim(data['content_block']['id']), arguments: '' });
      return [];
    }
    if (type === 'content_block_delta' && isRecord(data['delta'])) return this.#delta(data, data['delta']);
    if (type === 'content_block_stop') return this.#calls.has(index) ? [] : [...this.#restOf(index), data];
    if (type === 'message_delta') return this.#finish(data);
    return [data];
  }

  end(): ModelCallFacts {
    if (this.#reason === undefined) throw brokenOff(this.#provider);
    return factsOf(this.#reason, this.#problems);
  }

  eventsOf(answer: JsonRecord): readonly JsonRecord[] | undefined {
    const { content, stop_reason: reason, ...message } = answer;
    if (!Array.isArray(content)) return undefined;
    const blocks = content.filter(isRecord).flatMap((block, index) => eventsOfBlock(block, index));
    return [
      { type: 'message_start', message: { ...message, content: [], usage: answer['usage'] ?? {} } },
      ...blocks,
      ...(typeof reason === 'string'
        ? [{ type: 'message_delta', delta: { stop_reason: reason }, usage: answer['usage'] ?? {} }]
        : []),
      { type: 'message_stop' },
    ];
  }

  usage(): UsageEvent | undefined {
    const { input, cached, written, output } = this.#tokens;
    if (input + cached + written + output === 0) return undefined;
    return {
      type: 'usage',
      // Anthropic counts tokens that it read from its cache, or wrote to it, separately.
      inputTokens: input + cached + written,
      outputTokens: output,
      ...(cached > 0 ? { cachedInputTokens: cached } : {}),
      ...(this.#model === undefined ? {} : { model: this.#model }),
    };
  }

  #start(data: JsonRecord): JsonRecord {
    const message = isRecord(data['message']) ? data['message'] : {};
    this.#count(message['usage']);
    if (typeof message['model'] === 'string' && message['model'] !== '') this.#model = message['model'];
    // These output tokens are a first figure of the number in `message_delta`; the client would add the two.
    const usage = { ...(isRecord(message['usage']) ? message['usage'] : {}), output_tokens: 0 };
    return { ...data, message: { ...message, usage } };
  }

  #delta(data: JsonRecord, delta: JsonRecord): readonly JsonRecord[] {
    const call = this.#calls.get(data['index']);
    if (call !== undefined) {
      if (typeof delta['partial_json'] === 'string') call.arguments += delta['partial_json'];
      return [];
    }
    const field = delta['type'] === 'text_delta' ? 'text' : delta['type'] === 'thinking_delta' ? 'thinking' : undefined;
    if (field === undefined || typeof delta[field] !== 'string') return [data];
    const { joiner } = this.#joiners.get(data['index']) ?? { joiner: new WholeCharacters() };
    this.#joiners.set(data['index'], { joiner, last: data });
    return [{ ...data, delta: { ...delta, [field]: wellFormed(joiner.add(delta[field])) } }];
  }

  /** Half a character that was held back at the end of a block. */
  #restOf(index: unknown): readonly JsonRecord[] {
    const held = this.#joiners.get(index);
    const rest = held?.joiner.end() ?? '';
    if (held === undefined || rest === '' || !isRecord(held.last['delta'])) return [];
    const field = held.last['delta']['type'] === 'thinking_delta' ? 'thinking' : 'text';
    return [{ ...held.last, delta: { ...held.last['delta'], [field]: rest } }];
  }

  #finish(data: JsonRecord): readonly JsonRecord[] {
    this.#count(data['usage']);
    const usage = { output_tokens: 0, ...(isRecord(data['usage']) ? data['usage'] : {}) };
    const word = isRecord(data['delta']) ? data['delta']['stop_reason'] : undefined;
    if (this.#reason !== undefined) return [{ ...data, usage }];
    const reason = toFinishReason(word, this.#provider, this.#calls.size > 0);
    if (reason === undefined) return [{ ...data, usage }];
    this.#reason = reason;
    const calls = [...(runsCalls(reason) ? this.#calls : [])].flatMap(([index, call]) =>
      this.#whole(index, call, reason === 'length' && index === this.#newest),
    );
    const rests = [...this.#joiners.keys()].flatMap((index) => this.#restOf(index));
    return [...rests, ...calls, { ...data, usage }];
  }

  #whole(index: unknown, { id, start, arguments: raw }: OpenCall, cut: boolean): readonly JsonRecord[] {
    const block = start['content_block'] as JsonRecord;
    // Some gateways put the whole input into the start.
    const given = raw === '' && isRecord(block['input']) && Object.keys(block['input']).length > 0;
    const { json, problem } = checkArguments(given ? JSON.stringify(block['input']) : raw, cut);
    if (problem !== undefined) this.#problems.push([id, problem]);
    return [
      { ...start, content_block: { ...block, id, input: {} } },
      { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: json } },
      { type: 'content_block_stop', index },
    ];
  }

  /** All figures are sums so far, and the newest counts. */
  #count(usage: unknown): void {
    if (!isRecord(usage)) return;
    const newest = (name: string, old: number) => (usage[name] === undefined ? old : countOf(usage[name]) || old);
    this.#tokens.input = newest('input_tokens', this.#tokens.input);
    this.#tokens.cached = newest('cache_read_input_tokens', this.#tokens.cached);
    this.#tokens.written = newest('cache_creation_input_tokens', this.#tokens.written);
    this.#tokens.output = newest('output_tokens', this.#tokens.output);
  }
}

function eventsOfBlock(block: JsonRecord, index: number): readonly JsonRecord[] {
  const deltas: readonly JsonRecord[] =
    block['type'] === 'text'
      ? [{ type: 'text_delta', text: block['text'] }]
      : block['type'] === 'thinking'
        ? [
            { type: 'thinking_delta', thinking: block['thinking'] },
            { type: 'signature_delta', signature: block['signature'] },
          ]
        : [];
  const emptied = { text: { text: '' }, thinking: { thinking: '', signature: '' } }[String(block['type'])] ?? {};
  return [
    { type: 'content_block_start', index, content_block: { ...block, ...emptied } },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function idsIn(messages: unknown): readonly string[] {
  if (!Array.isArray(messages)) return [];
  return messages
    .filter(isRecord)
    .flatMap((message) => (Array.isArray(message['content']) ? message['content'] : []))
    .flatMap((block) =>
      isRecord(block) && block['type'] === 'tool_use' && typeof block['id'] === 'string' ? [block['id']] : [],
    );
}

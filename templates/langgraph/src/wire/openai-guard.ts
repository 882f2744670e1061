import { type FinishReason, type UsageEvent, WholeCharacters, wellFormed } from '@molecule/adapters';
import { type AnswerGuard, brokenOff, factsOf } from './answer-guard.js';
import { toFinishReason } from './finish-reason.js';
import { countOf, isRecord, type JsonRecord } from './json.js';
import type { ModelCallFacts } from './model-calls.js';
import { checkArguments, runsCalls } from './tool-arguments.js';
import { ToolIds } from './tool-ids.js';

interface OpenCall {
  readonly id: string;
  /** The id as the server gave it; another one at the same place begins another call. */
  readonly given: unknown;
  name: string;
  arguments: string;
}

/**
 * Chat completions. Tool calls are held back until the answer has ended, so that a partial call is never passed on. Fields that servers
 * leave out (roles, ids) or put elsewhere (thoughts, refusals) are put where OpenAI has them.
 */
export class OpenAiGuard implements AnswerGuard {
  readonly #provider: string;
  readonly #ids: ToolIds;
  readonly #text = new WholeCharacters();
  readonly #thoughts = new WholeCharacters();
  readonly #calls: OpenCall[] = [];
  readonly #places = new Map<unknown, OpenCall>();
  readonly #problems: [string, string][] = [];
  #usage: UsageEvent | undefined;
  #index: unknown;
  #refused = false;
  #reason: FinishReason | undefined;

  constructor(provider: string, request: JsonRecord) {
    this.#provider = provider;
    this.#ids = new ToolIds(idsIn(request['messages']));
  }

  event(data: JsonRecord): readonly JsonRecord[] {
    this.#count(data);
    const choices = Array.isArray(data['choices']) ? data['choices'] : [];
    if (choices.length === 0) return [data];
    const choice: unknown = choices.find((other) => this.#isOurs(other));
    // Only the usage of a chunk of another choice counts.
    if (!isRecord(choice)) return [{ ...data, choices: [] }];
    const delta = this.#delta(isRecord(choice['delta']) ? choice['delta'] : {});
    const word = choice['finish_reason'];
    const reason =
      this.#reason === undefined ? toFinishReason(word, this.#provider, this.#calls.length > 0) : undefined;
    if (reason !== undefined) this.#finish(reason, delta);
    const ended = reason !== undefined && { finish_reason: word };
    return [{ ...data, choices: [{ ...choice, index: 0, delta, finish_reason: null, ...ended }] }];
  }

  /** One answer was requested; a server that returns several distinguishes them by index. */
  #isOurs(choice: unknown): boolean {
    if (!isRecord(choice)) return false;
    this.#index ??= choice['index'] ?? 0;
    return (choice['index'] ?? this.#index) === this.#index;
  }

  end(): ModelCallFacts {
    if (this.#reason === undefined) throw brokenOff(this.#provider);
    return factsOf(this.#refused && this.#reason === 'stop' ? 'refusal' : this.#reason, this.#problems);
  }

  eventsOf(answer: JsonRecord): readonly JsonRecord[] | undefined {
    const { choices, ...rest } = answer;
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    if (!isRecord(choice) || !isRecord(choice['message'])) return undefined;
    const { message, ...others } = choice;
    return [{ ...rest, object: 'chat.completion.chunk', choices: [{ ...others, delta: message }] }];
  }

  usage(): UsageEvent | undefined {
    return this.#usage;
  }

  #delta(delta: JsonRecord): JsonRecord {
    const { refusal, reasoning, tool_calls: calls, content, reasoning_content: thoughts, ...rest } = delta;
    if (typeof refusal === 'string' && refusal !== '') this.#refused = true;
    const said = [...textsIn(content, 'text'), ...(typeof refusal === 'string' ? [refusal] : [])].join('');
    const thought = [thoughts ?? reasoning, ...textsIn(content, 'thinking')].filter((text) => typeof text === 'string');
    for (const [place, call] of (Array.isArray(calls) ? calls : []).entries())
      if (isRecord(call)) this.#call(call, place);
    const reason = wellFormed(this.#thoughts.add(thought.join('')));
    return {
      ...rest,
      role: 'assistant',
      content: wellFormed(this.#text.add(said)),
      ...(reason === '' ? {} : { reasoning_content: reason }),
    };
  }

  #call(call: JsonRecord, place: number): void {
    const made = isRecord(call['function']) ? call['function'] : {};
    const index = call['index'] ?? place;
    let open = this.#places.get(index);
    // Some servers give all calls of an answer one index.
    const another = open !== undefined && Boolean(call['id']) && call['id'] !== open.given && Boolean(made['name']);
    if (open === undefined || another) {
      open = { id: this.#ids.claim(call['id']), given: call['id'], name: '', arguments: '' };
      this.#places.set(index, open);
      this.#calls.push(open);
    }
    if (open.name === '' && typeof made['name'] === 'string') open.name = made['name'];
    const piece = made['arguments'];
    if (typeof piece === 'string') open.arguments += piece;
    else if (isRecord(piece)) open.arguments += JSON.stringify(piece);
  }

  /** Passes on the text that was held back, in the same chunk as the reason. */
  #finish(reason: FinishReason, delta: JsonRecord): void {
    this.#reason = reason;
    delta['content'] = `${delta['content']}${this.#text.end()}`;
    if (!runsCalls(reason)) return;
    const calls = this.#calls.map((call, index) => {
      const { json, problem } = checkArguments(call.arguments, reason === 'length' && call === this.#calls.at(-1));
      if (problem !== undefined) this.#problems.push([call.id, problem]);
      return { index, id: call.id, type: 'function', function: { name: call.name, arguments: json } };
    });
    if (calls.length > 0) delta['tool_calls'] = calls;
  }

  /** Some servers send the sum so far in each chunk, so the newest counts. */
  #count({ usage, model }: JsonRecord): void {
    if (!isRecord(usage)) return;
    const input = isRecord(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
    const output = isRecord(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {};
    const cached = countOf(input['cached_tokens'] ?? usage['prompt_cache_hit_tokens']);
    const reasoning = countOf(output['reasoning_tokens']);
    this.#usage = {
      type: 'usage',
      inputTokens: countOf(usage['prompt_tokens']),
      outputTokens: countOf(usage['completion_tokens']),
      ...(cached > 0 ? { cachedInputTokens: cached } : {}),
      ...(reasoning > 0 ? { reasoningTokens: reasoning } : {}),
      ...(typeof model === 'string' && model !== '' ? { model } : {}),
    };
  }
}

/** Content is a text, or with some servers a list of pieces (Mistral's thoughts). */
function textsIn(content: unknown, kind: 'text' | 'thinking'): readonly string[] {
  if (typeof content === 'string') return kind === 'text' ? [content] : [];
  if (!Array.isArray(content)) return [];
  return content.filter(isRecord).flatMap((piece) => {
    if (piece['type'] !== kind) return [];
    return typeof piece[kind] === 'string' ? [piece[kind]] : textsIn(piece[kind], 'text');
  });
}

function idsIn(messages: unknown): readonly string[] {
  if (!Array.isArray(messages)) return [];
  return messages
    .filter(isRecord)
    .flatMap((message) => (Array.isArray(message['tool_calls']) ? message['tool_calls'] : []))
    .flatMap((call) => (isRecord(call) && typeof call['id'] === 'string' ? [call['id']] : []));
}

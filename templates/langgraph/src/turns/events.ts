import {
  AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import type { JsonValue, TurnEvent } from '@molecule/adapters';
import { CHECK_NODE, MESSAGE_ID_PREFIX, MODEL_NODE } from '../agent.js';
import type { ModelCalls } from '../wire/model-calls.js';

/** What the graph streams: a mode and its chunk. */
export type StreamChunk =
  | ['messages', [BaseMessage, { readonly langgraph_node?: string }]]
  | ['updates', Readonly<Record<string, { readonly messages?: readonly BaseMessage[] } | null>>]
  | ['tools', ToolChunk];

interface ToolChunk {
  readonly event: 'on_tool_start' | 'on_tool_event' | 'on_tool_end' | 'on_tool_error';
  readonly toolCallId?: string;
  readonly name: string;
  readonly input?: unknown;
  readonly data?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
}

export const STREAM_MODES = ['messages', 'updates', 'tools'] as const;

/**
 * Translates the graph's stream into turn events. The valid text is that of the newest model message with text: a text before a tool call
 * ("Let me look.") is shown while the tool runs, and a `reset` cancels it when the next message begins.
 */
export class EventTranslator {
  #text = '';
  #messageEnded = false;
  readonly #calls: ModelCalls;

  constructor(calls: ModelCalls) {
    this.#calls = calls;
  }

  /** The text that stands: all deltas since the last `reset`. */
  get text(): string {
    return this.#text;
  }

  *translate(chunk: StreamChunk): Iterable<TurnEvent> {
    if (chunk[0] === 'messages') yield* this.#fromMessage(...chunk[1]);
    else if (chunk[0] === 'updates') yield* this.#fromUpdate(chunk[1]);
    else yield* fromTool(chunk[1]);
  }

  /** Text that a finished model message of this turn holds; the next message makes it void. */
  *replay(text: string): Iterable<TurnEvent> {
    if (text === '') return;
    yield* this.#speak(text);
    this.#messageEnded = true;
  }

  *#fromMessage(message: BaseMessage, { langgraph_node: node }: { langgraph_node?: string }): Iterable<TurnEvent> {
    // A whole message comes once more when its node ends, under its final id.
    const isWhole = message.id?.startsWith(MESSAGE_ID_PREFIX) ?? false;
    if (node !== MODEL_NODE || isWhole || !AIMessage.isInstance(message)) return;
    const reasoning = reasoningOf(message as AIMessageChunk);
    if (reasoning !== '') yield { type: 'reasoning-delta', text: reasoning };
    if (message.text !== '') yield* this.#speak(message.text);
  }

  *#fromUpdate(
    update: Readonly<Record<string, { readonly messages?: readonly BaseMessage[] } | null>>,
  ): Iterable<TurnEvent> {
    for (const message of update[MODEL_NODE]?.messages ?? []) {
      if (!AIMessage.isInstance(message)) continue;
      this.#messageEnded = true;
      // A client whose responses are observed reports its usage there, also for failed answers.
      const usage = this.#calls.watched ? undefined : (message.usage_metadata as UsageMetadata | undefined);
      if (usage !== undefined) yield toUsage(usage);
    }
    for (const message of update[CHECK_NODE]?.messages ?? []) {
      if (!ToolMessage.isInstance(message)) continue;
      yield { type: 'tool-call', id: message.tool_call_id, name: message.name ?? '', input: {} };
      yield toolResult(message.tool_call_id, message);
    }
  }

  *#speak(text: string): Iterable<TurnEvent> {
    if (this.#messageEnded && this.#text !== '') {
      this.#text = '';
      yield { type: 'reset' };
    }
    this.#messageEnded = false;
    this.#text += text;
    yield { type: 'text-delta', text };
  }
}

function toUsage(usage: UsageMetadata): TurnEvent {
  const cached = usage.input_token_details?.cache_read;
  const reasoning = usage.output_token_details?.reasoning;
  return {
    type: 'usage',
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  };
}

/** Providers put thoughts in two places: beside the content (most OpenAI-like servers), or in it (Anthropic). */
function reasoningOf(message: AIMessageChunk): string {
  const beside = message.additional_kwargs['reasoning_content'];
  if (typeof beside === 'string') return beside;
  if (typeof message.content === 'string') return '';
  return message.content.map((block) => (block.type === 'thinking' ? String(block['thinking'] ?? '') : '')).join('');
}

function* fromTool(chunk: ToolChunk): Iterable<TurnEvent> {
  const { event, toolCallId: id, name } = chunk;
  // Without an id it is a tool that another tool calls, which is that tool's own affair.
  if (id === undefined) return;
  if (event === 'on_tool_start') yield { type: 'tool-call', id, name, input: parseInput(chunk.input) };
  else if (event === 'on_tool_event') yield { type: 'tool-progress', id, message: asText(chunk.data) };
  else if (event === 'on_tool_error') yield { type: 'tool-result', id, ok: false, output: messageOf(chunk.error) };
  else yield toolResult(id, chunk.output);
}

function toolResult(id: string, output: unknown): TurnEvent {
  if (!ToolMessage.isInstance(output)) return { type: 'tool-result', id, ok: true, output: asText(output) };
  return { type: 'tool-result', id, ok: output.status !== 'error', output: output.text };
}

/** LangChain hands a tool's input out as JSON text. */
function parseInput(input: unknown): JsonValue {
  if (typeof input !== 'string') return (input ?? {}) as JsonValue;
  try {
    return JSON.parse(input) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return input;
    throw error;
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

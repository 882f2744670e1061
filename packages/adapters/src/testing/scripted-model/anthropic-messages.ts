import { randomUUID } from 'node:crypto';
import { asArray, asRecord, type ConversationEntry, type JsonRecord, roleOf, textOfContent } from './conversation.js';
import { refuseAnthropicMessages } from './refuse-anthropic-messages.js';
import { argumentsOf, type Frame, halves, type Reply, tellsReason, type WireFormat, words } from './wire-format.js';

type ContentBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string; readonly pieces: readonly string[] }
  | { readonly type: 'tool_use'; readonly id?: string; readonly name: string; readonly json: string };

/** Any base64: clients return it without reading it. */
const SIGNATURE = 'c2ln';

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** Anthropic Messages (`POST /v1/messages`). */
export const anthropicMessages: WireFormat = {
  readConversation: (body) => asArray(body['messages']).map(asRecord).flatMap(readMessage),

  complete(reply) {
    if (reply.streamError !== undefined) return reply.streamError;
    return {
      ...messageHead(reply),
      content: contentBlocks(reply).map(whole),
      stop_reason: tellsReason(reply) ? stopReason(reply) : null,
      usage: usage(reply),
    };
  },

  *stream(reply) {
    const startUsage = { ...usage(reply), output_tokens: 1 };
    yield frame('message_start', { message: { ...messageHead(reply), usage: startUsage } });
    const blocks = contentBlocks(reply);
    // A stream that breaks off leaves its last block open.
    const open = reply.streamError !== undefined || reply.end === 'no-mark' ? blocks.length - 1 : blocks.length;
    for (const [index, block] of blocks.entries()) yield* streamBlock(index, block, index === open);
    if (reply.streamError !== undefined) {
      const { type } = reply.streamError;
      yield {
        ...(typeof type === 'string' ? { event: type } : {}),
        data: JSON.stringify(reply.streamError),
        chunk: false,
      };
      return;
    }
    if (reply.end === 'no-mark') return;
    if (tellsReason(reply)) {
      yield frame('message_delta', {
        delta: { stop_reason: stopReason(reply), stop_sequence: null },
        usage: { output_tokens: reply.usage.output },
      });
    }
    if (reply.end !== 'no-last-mark') yield frame('message_stop', {});
  },

  error: (status, message, type) => ({
    type: 'error',
    error: { type: type ?? ERROR_TYPES[status] ?? 'api_error', message },
  }),

  refuse: refuseAnthropicMessages,
};

/** Anthropic puts tool results into a user message. Here they are entries of their own, before the user's text. */
function readMessage(message: JsonRecord): readonly ConversationEntry[] {
  if (message['role'] !== 'user') return [{ role: roleOf(message['role']), text: textOfContent(message['content']) }];
  const toolResults = asArray(message['content'])
    .map(asRecord)
    .filter((piece) => piece['type'] === 'tool_result')
    .map((piece): ConversationEntry => ({ role: 'tool', text: textOfContent(piece['content']) }));
  const text = textOfContent(message['content']);
  return text === '' ? toolResults : [...toolResults, { role: 'user', text }];
}

function messageHead(reply: Reply) {
  return {
    id: `msg_${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function contentBlocks(reply: Reply): readonly ContentBlock[] {
  const blocks: ContentBlock[] = [];
  if (reply.think !== '') blocks.push({ type: 'thinking', thinking: reply.think, signature: SIGNATURE });
  if (reply.text !== '') blocks.push({ type: 'text', text: reply.text, pieces: reply.pieces });
  if (reply.refusal !== '') blocks.push({ type: 'text', text: reply.refusal, pieces: words(reply.refusal) });
  for (const call of reply.toolCalls) {
    const id = call.id ?? `toolu_${randomUUID().replaceAll('-', '').slice(0, 22)}`;
    blocks.push({ type: 'tool_use', ...(call.id === null ? {} : { id }), name: call.tool, json: argumentsOf(call) });
  }
  return blocks;
}

/** A block of an answer that is not streamed. It cannot hold arguments that are not JSON. */
function whole(block: ContentBlock): object {
  if (block.type === 'thinking') return block;
  if (block.type === 'text') return { type: 'text', text: block.text };
  const { json, ...rest } = block;
  return { ...rest, input: parseOr(json, {}) };
}

function parseOr(json: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return otherwise;
  }
}

function* streamBlock(index: number, block: ContentBlock, leftOpen: boolean): Generator<Frame> {
  yield frame('content_block_start', { index, content_block: emptied(block) });
  for (const delta of blockDeltas(block)) yield frame('content_block_delta', { index, delta }, true);
  if (block.type === 'thinking') {
    yield frame('content_block_delta', { index, delta: { type: 'signature_delta', signature: block.signature } });
  }
  if (!leftOpen) yield frame('content_block_stop', { index });
}

function emptied(block: ContentBlock): object {
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  if (block.type === 'text') return { type: 'text', text: '' };
  const { json: _json, ...rest } = block;
  return { ...rest, input: {} };
}

function blockDeltas(block: ContentBlock): readonly object[] {
  if (block.type === 'thinking') {
    return words(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking }));
  }
  if (block.type === 'text') return block.pieces.map((text) => ({ type: 'text_delta', text }));
  return halves(block.json).map((json) => ({ type: 'input_json_delta', partial_json: json }));
}

function stopReason(reply: Reply): string {
  if (reply.stop !== undefined) return reply.stop;
  if (reply.refusal !== '') return 'refusal';
  return reply.toolCalls.length > 0 ? 'tool_use' : 'end_turn';
}

/** Anthropic does not include tokens of the cache, read or written, in `input_tokens`. */
function usage(reply: Reply) {
  const { input, output, cached = 0, cacheWrite = 0 } = reply.usage;
  return {
    input_tokens: Math.max(0, input - cached - cacheWrite),
    output_tokens: output,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cached,
  };
}

function frame(event: string, data: object, chunk = false): Frame {
  return { event, data: JSON.stringify({ type: event, ...data }), chunk };
}

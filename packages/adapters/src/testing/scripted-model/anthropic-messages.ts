import { randomUUID } from 'node:crypto';
import { asArray, asRecord, type ConversationEntry, type JsonRecord, roleOf, textOfContent } from './conversation.js';
import { type Frame, halves, type Reply, type WireFormat, words } from './wire-format.js';

type ContentBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

/** Clients send it back unread; any base64 will do. */
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
    return {
      ...messageHead(reply),
      content: contentBlocks(reply),
      stop_reason: stopReason(reply),
      usage: usage(reply),
    };
  },

  *stream(reply) {
    const startUsage = { ...usage(reply), output_tokens: 1 };
    yield frame('message_start', { message: { ...messageHead(reply), usage: startUsage } });
    for (const [index, block] of contentBlocks(reply).entries()) yield* streamBlock(index, block);
    yield frame('message_delta', {
      delta: { stop_reason: stopReason(reply), stop_sequence: null },
      usage: { output_tokens: reply.usage.output },
    });
    yield frame('message_stop', {});
  },

  error: (status, message, type) => ({
    type: 'error',
    error: { type: type ?? ERROR_TYPES[status] ?? 'api_error', message },
  }),
};

/** Tool results arrive inside a user message; they are entries of their own here, before what the user says. */
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
  if (reply.text !== '') blocks.push({ type: 'text', text: reply.text });
  for (const call of reply.toolCalls) {
    const id = call.id ?? `toolu_${randomUUID().replaceAll('-', '').slice(0, 22)}`;
    blocks.push({ type: 'tool_use', id, name: call.tool, input: call.input ?? {} });
  }
  return blocks;
}

function* streamBlock(index: number, block: ContentBlock): Generator<Frame> {
  yield frame('content_block_start', { index, content_block: emptied(block) });
  for (const delta of blockDeltas(block)) yield frame('content_block_delta', { index, delta }, true);
  if (block.type === 'thinking') {
    yield frame('content_block_delta', { index, delta: { type: 'signature_delta', signature: block.signature } });
  }
  yield frame('content_block_stop', { index });
}

function emptied(block: ContentBlock): ContentBlock {
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  if (block.type === 'text') return { ...block, text: '' };
  return { ...block, input: {} };
}

function blockDeltas(block: ContentBlock): readonly object[] {
  if (block.type === 'thinking') {
    return words(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking }));
  }
  if (block.type === 'text') return words(block.text).map((text) => ({ type: 'text_delta', text }));
  return halves(JSON.stringify(block.input)).map((json) => ({ type: 'input_json_delta', partial_json: json }));
}

function stopReason(reply: Reply): string {
  return reply.stop ?? (reply.toolCalls.length > 0 ? 'tool_use' : 'end_turn');
}

function usage(reply: Reply) {
  return {
    input_tokens: reply.usage.input,
    output_tokens: reply.usage.output,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };
}

function frame(event: string, data: object, chunk = false): Frame {
  return { event, data: JSON.stringify({ type: event, ...data }), chunk };
}

import { randomUUID } from 'node:crypto';
import { asArray, asRecord, roleOf, textOfContent } from './conversation.js';
import { refuseOpenAiChat } from './refuse-openai-chat.js';
import { argumentsOf, type Frame, halves, type Reply, tellsReason, type WireFormat, words } from './wire-format.js';

/** A fixed time keeps logs of two runs comparable. */
const CREATED = 1_700_000_000;

/** OpenAI chat completions (`POST /v1/chat/completions`). */
export const openAiChat: WireFormat = {
  readConversation: (body) =>
    asArray(body['messages'])
      .map(asRecord)
      .map((message) => ({ role: roleOf(message['role']), text: textOfContent(message['content']) })),

  complete(reply) {
    if (reply.streamError !== undefined) return reply.streamError;
    const toolCalls = buildToolCalls(reply);
    const message = {
      role: 'assistant',
      content: reply.text === '' ? null : reply.text,
      ...(reply.refusal === '' ? {} : { refusal: reply.refusal }),
      ...(reply.think === '' ? {} : { [reply.thinkField]: reply.think }),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    };
    const finish = tellsReason(reply) ? finishReason(reply) : null;
    return {
      ...head(reply, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: finish }],
      usage: usage(reply),
    };
  },

  *stream(reply) {
    if (reply.role === 'first') yield delta(reply, { role: 'assistant', content: '' });
    for (const word of words(reply.think)) yield delta(reply, { [reply.thinkField]: word }, true);
    for (const piece of reply.pieces) yield delta(reply, { content: piece }, true);
    for (const word of words(reply.refusal)) yield delta(reply, { refusal: word }, true);
    yield* streamToolCalls(reply);
    if (reply.streamError !== undefined) {
      yield { data: JSON.stringify(reply.streamError), chunk: false };
      return;
    }
    if (reply.end === 'no-mark') return;
    const last = reply.role === 'late' ? { role: 'assistant' } : {};
    if (tellsReason(reply)) {
      yield chunkFrame(reply, { choices: [{ index: 0, delta: last, finish_reason: finishReason(reply) }] });
    }
    if (asRecord(reply.body['stream_options'])['include_usage'] === true) {
      yield chunkFrame(reply, { choices: [], usage: usage(reply) });
    }
    if (reply.end !== 'no-last-mark') yield { data: '[DONE]', chunk: false };
  },

  error: (status, message, type, code) => ({ error: { message, type: type ?? 'server_error', code: code ?? status } }),

  refuse: refuseOpenAiChat,
};

function* streamToolCalls(reply: Reply): Generator<Frame> {
  for (const [index, call] of buildToolCalls(reply).entries()) {
    const opening = { ...call, index, function: { name: call.function.name, arguments: '' } };
    yield delta(reply, { tool_calls: [opening] });
    for (const half of halves(call.function.arguments)) {
      yield delta(reply, { tool_calls: [{ index, function: { arguments: half } }] }, true);
    }
  }
}

function buildToolCalls(reply: Reply) {
  return reply.toolCalls.map((call) => ({
    ...(call.id === null ? {} : { id: call.id ?? `call_${randomUUID().replaceAll('-', '')}` }),
    type: 'function',
    function: { name: call.tool, arguments: argumentsOf(call) },
  }));
}

function finishReason(reply: Reply): string {
  return reply.stop ?? (reply.toolCalls.length > 0 ? 'tool_calls' : 'stop');
}

function usage(reply: Reply) {
  const { input, output, cached, reasoning } = reply.usage;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

function head(reply: Reply, object: string) {
  return { id: `chatcmpl-${reply.number}`, object, created: CREATED, model: reply.model };
}

function delta(reply: Reply, content: object, chunk = false): Frame {
  const named = reply.role === 'empty' ? { role: '', ...content } : content;
  return chunkFrame(reply, { choices: [{ index: 0, delta: named, finish_reason: null }] }, chunk);
}

function chunkFrame(reply: Reply, rest: object, chunk = false): Frame {
  return { data: JSON.stringify({ ...head(reply, 'chat.completion.chunk'), ...rest }), chunk };
}

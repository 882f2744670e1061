import { randomUUID } from 'node:crypto';
import { asArray, asRecord, roleOf, textOfContent } from './conversation.js';
import { type Frame, halves, type Reply, type WireFormat, words } from './wire-format.js';

/** A fixed time keeps logs of two runs comparable. */
const CREATED = 1_700_000_000;

/** OpenAI chat completions (`POST /v1/chat/completions`). */
export const openAiChat: WireFormat = {
  readConversation: (body) =>
    asArray(body['messages'])
      .map(asRecord)
      .map((message) => ({ role: roleOf(message['role']), text: textOfContent(message['content']) })),

  complete(reply) {
    const toolCalls = buildToolCalls(reply);
    const message = {
      role: 'assistant',
      content: reply.text === '' ? null : reply.text,
      ...(reply.think === '' ? {} : { reasoning_content: reply.think }),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    };
    const choices = [{ index: 0, message, finish_reason: finishReason(reply) }];
    return { ...head(reply, 'chat.completion'), choices, usage: usage(reply) };
  },

  *stream(reply) {
    yield delta(reply, { role: 'assistant', content: '' });
    for (const word of words(reply.think)) yield delta(reply, { reasoning_content: word }, true);
    for (const word of words(reply.text)) yield delta(reply, { content: word }, true);
    yield* streamToolCalls(reply);
    yield chunkFrame(reply, { choices: [{ index: 0, delta: {}, finish_reason: finishReason(reply) }] });
    if (asRecord(reply.body['stream_options'])['include_usage'] === true) {
      yield chunkFrame(reply, { choices: [], usage: usage(reply) });
    }
    yield { data: '[DONE]', chunk: false };
  },

  error: (status, message, type) => ({ error: { message, type: type ?? 'server_error', code: status } }),
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
    id: call.id ?? `call_${randomUUID().replaceAll('-', '')}`,
    type: 'function',
    function: { name: call.tool, arguments: JSON.stringify(call.input ?? {}) },
  }));
}

function finishReason(reply: Reply): string {
  return reply.stop ?? (reply.toolCalls.length > 0 ? 'tool_calls' : 'stop');
}

function usage(reply: Reply) {
  const { input, output } = reply.usage;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function head(reply: Reply, object: string) {
  return { id: `chatcmpl-${reply.number}`, object, created: CREATED, model: reply.model };
}

function delta(reply: Reply, content: object, chunk = false): Frame {
  return chunkFrame(reply, { choices: [{ index: 0, delta: content, finish_reason: null }] }, chunk);
}

function chunkFrame(reply: Reply, rest: object, chunk = false): Frame {
  return { data: JSON.stringify({ ...head(reply, 'chat.completion.chunk'), ...rest }), chunk };
}

import { DEMO_MODEL_NAME } from '../file/model-facts.js';
import type { Completion } from './chat.js';
import type { Dialect, StreamEvent } from './dialect.js';

/** Anthropic's messages. */
export const anthropic: Dialect = {
  completion: (id, completion) => ({
    ...message(id),
    content: [{ type: 'text', text: completion.text }],
    stop_reason: stopReason(completion),
    usage: usage(completion),
  }),
  streamStart: (id) => [
    event('message_start', { message: message(id) }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ],
  streamText: (_id, text) => [event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })],
  streamEnd: (_id, completion) => [
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: stopReason(completion), stop_sequence: null },
      usage: usage(completion),
    }),
    event('message_stop', {}),
  ],
  error: (status, text) => ({
    type: 'error',
    error: { type: status < 500 ? 'invalid_request_error' : 'api_error', message: text },
  }),
};

function message(id: string): Record<string, unknown> {
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: DEMO_MODEL_NAME,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  };
}

function event(type: string, data: Readonly<Record<string, unknown>>): StreamEvent {
  return { name: type, data: { type, ...data } };
}

function stopReason({ truncated }: Completion): string {
  return truncated ? 'max_tokens' : 'end_turn';
}

function usage({ inputTokens, outputTokens }: Completion): Record<string, number> {
  return { input_tokens: inputTokens, output_tokens: outputTokens };
}

import { DEMO_MODEL_NAME } from '../file/model-facts.js';
import type { Completion } from './chat.js';
import type { Dialect } from './dialect.js';

/** OpenAI's chat completions. */
export const openai: Dialect = {
  completion: (id, completion) => ({
    ...head(id, 'chat.completion'),
    choices: [
      { index: 0, message: { role: 'assistant', content: completion.text }, finish_reason: finishReason(completion) },
    ],
    usage: usage(completion),
  }),
  streamStart: (id) => [chunk(id, { role: 'assistant', content: '' }, null)],
  streamText: (id, text) => [chunk(id, { content: text }, null)],
  streamEnd: (id, completion, body) => [
    chunk(id, {}, finishReason(completion)),
    ...(wantsUsage(body)
      ? [{ data: { ...head(id, 'chat.completion.chunk'), choices: [], usage: usage(completion) } }]
      : []),
    { data: '[DONE]' },
  ],
  error: (status, message) => ({
    error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code: null },
  }),
};

function head(id: string, object: string): Record<string, unknown> {
  return { id: `chatcmpl-${id}`, object, created: Math.floor(Date.now() / 1_000), model: DEMO_MODEL_NAME };
}

function chunk(id: string, delta: unknown, reason: string | null): { data: unknown } {
  return { data: { ...head(id, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: reason }] } };
}

/** Sent only if requested, because some clients fail on a chunk without choices. */
function wantsUsage(body: Readonly<Record<string, unknown>>): boolean {
  const options = body['stream_options'] as { include_usage?: unknown } | null | undefined;
  return options?.include_usage === true;
}

function finishReason({ truncated }: Completion): string {
  return truncated ? 'length' : 'stop';
}

function usage({ inputTokens, outputTokens }: Completion): Record<string, number> {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}

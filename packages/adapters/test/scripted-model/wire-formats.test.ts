import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScriptedModel, startScriptedModel } from '../../src/testing/index.js';
import { type Json, post, postJson, postStream, script, user } from './client.js';

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.stop());

const STEP = {
  think: 'let me see',
  text: 'two words',
  tools: [{ tool: 'look', input: { at: 'x' } }, { tool: 'wait' }],
};

describe('Anthropic Messages', () => {
  const url = () => `${model.url}/v1/messages`;

  test('a whole answer has thinking, text and tool_use blocks', async () => {
    const answer = await postJson(`${url()}?beta=true`, { model: 'm', messages: [user(script(STEP))] });
    expect(answer).toMatchObject({ type: 'message', role: 'assistant', model: 'm', stop_reason: 'tool_use' });
    expect(answer.content).toMatchObject([
      { type: 'thinking', thinking: 'let me see' },
      { type: 'text', text: 'two words' },
      { type: 'tool_use', name: 'look', input: { at: 'x' } },
      { type: 'tool_use', name: 'wait', input: {} },
    ]);
    expect(answer.usage.input_tokens).toBeGreaterThan(0);
  });

  test('a streamed answer has the same blocks, with one delta for each word', async () => {
    const events = await postStream(url(), { model: 'm', messages: [user(script(STEP))] });
    expect(events[0]).toMatchObject({ type: 'message_start', message: { content: [] } });
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', delta: { stop_reason: 'tool_use' } });
    expect(events.at(-1)).toEqual({ type: 'message_stop' });
    const deltas = events.filter((event) => event.type === 'content_block_delta');
    const joined = (index: number, field: string) =>
      deltas
        .filter((event) => event.index === index)
        .map((event) => event.delta[field] ?? '')
        .join('');
    expect(joined(0, 'thinking')).toBe('let me see');
    expect(joined(0, 'signature')).not.toBe('');
    expect(deltas.filter((event) => event.index === 1).map((event) => event.delta.text)).toEqual(['two ', 'words']);
    expect(JSON.parse(joined(2, 'partial_json'))).toEqual({ at: 'x' });
    expect(events.filter((event) => event.type === 'content_block_stop')).toHaveLength(4);
  });

  test('tool results in the user message lead to the next step', async () => {
    const messages = [
      user(script({ tool: 'look' }, { text: 'saw $TOOL' })),
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: {} }] },
      user([{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'a cat' }] }]),
    ];
    const answer = await postJson(url(), { messages });
    expect(answer.content).toEqual([{ type: 'text', text: 'saw a cat' }]);
    expect(answer.stop_reason).toBe('end_turn');
  });

  test('count_tokens counts', async () => {
    expect(await postJson(`${url()}/count_tokens`, { messages: [] })).toEqual({ input_tokens: expect.any(Number) });
  });

  test.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [529, 'overloaded_error'],
  ])('status %i is %s', async (status, type) => {
    const response = await post(url(), { messages: [user(script({ status, errorText: 'no luck', retryAfter: 7 }))] });
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({ type: 'error', error: { type, message: 'no luck' } });
  });
});

describe('OpenAI chat completions', () => {
  const url = () => `${model.url}/v1/chat/completions`;

  test('a whole answer has text, reasoning and tool calls', async () => {
    const answer = await postJson(url(), { model: 'm', messages: [user(script(STEP))] });
    const [choice] = answer.choices;
    expect(choice.finish_reason).toBe('tool_calls');
    expect(choice.message).toMatchObject({ role: 'assistant', content: 'two words', reasoning_content: 'let me see' });
    expect(choice.message.tool_calls.map((call: Json) => call.function)).toEqual([
      { name: 'look', arguments: '{"at":"x"}' },
      { name: 'wait', arguments: '{}' },
    ]);
    expect(answer.usage.total_tokens).toBe(answer.usage.prompt_tokens + answer.usage.completion_tokens);
  });

  test('a streamed answer has the same content, and a usage chunk at its end only if requested', async () => {
    const body = { model: 'm', messages: [user(script(STEP))] };
    const events = await postStream(url(), { ...body, stream_options: { include_usage: true } });
    expect(events.at(-1)).toBe('[DONE]');
    expect(events.at(-2)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    expect(events.at(-3).choices[0].finish_reason).toBe('tool_calls');
    const deltas = events.slice(0, -2).map((event) => event.choices[0].delta);
    expect(deltas.map((delta) => delta.content ?? '').join('')).toBe('two words');
    expect(deltas.map((delta) => delta.reasoning_content ?? '').join('')).toBe('let me see');
    const first = deltas.flatMap((delta) => delta.tool_calls ?? []).filter((call) => call.index === 0);
    expect(first[0]).toMatchObject({ id: expect.stringMatching(/^call_/), function: { name: 'look' } });
    expect(first.map((call) => call.function.arguments).join('')).toBe('{"at":"x"}');
    const plain = await postStream(url(), body);
    expect(plain.some((event) => event.usage !== undefined)).toBe(false);
  });

  test('a tool message is a tool result', async () => {
    const messages = [
      user([{ type: 'text', text: script({ tool: 'look' }, { text: 'saw $TOOL, turn $TURNS' }) }]),
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', tool_call_id: 't1', content: 'a dog' },
    ];
    const answer = await postJson(url(), { messages });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'saw a dog, turn 1' } });
  });

  test('an error has the format of the provider', async () => {
    const answer = await postJson(url(), { messages: [user(script({ status: 503 }))] });
    expect(answer).toEqual({ error: { message: 'scripted 503', type: 'server_error', code: 503 } });
  });
});

describe('OpenAI Responses', () => {
  const url = () => `${model.url}/v1/responses`;

  test('a whole answer has a message and function calls', async () => {
    const answer = await postJson(url(), { model: 'm', input: script(STEP) });
    expect(answer).toMatchObject({ object: 'response', status: 'completed' });
    expect(answer.output).toMatchObject([
      { type: 'message', content: [{ type: 'output_text', text: 'two words' }] },
      { type: 'function_call', name: 'look', arguments: '{"at":"x"}' },
      { type: 'function_call', name: 'wait' },
    ]);
  });

  test('a streamed answer ends with the whole response', async () => {
    const events = await postStream(url(), { model: 'm', input: script(STEP) });
    expect(events[0].type).toBe('response.created');
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const text = events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta);
    expect(text.join('')).toBe('two words');
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
  });

  test('a function call and its output are one step', async () => {
    const input = [
      user(script({ text: 'looking', tool: 'look' }, { text: 'saw $TOOL' })),
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'looking' }] },
      { type: 'function_call', call_id: 'c', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'a bird' },
    ];
    const answer = await postJson(url(), { input });
    expect(answer.output[0].content[0].text).toBe('saw a bird');
  });
});

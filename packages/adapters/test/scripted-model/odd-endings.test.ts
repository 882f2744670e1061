import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScriptedModel, startScriptedModel } from '../../src/testing/index.js';
import { type Json, post, postJson, postStream, script, user } from './client.js';

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel({ strict: true, contextLength: 2000 });
});
afterAll(() => model.stop());

const urls = () => ({ openai: `${model.url}/v1/chat/completions`, anthropic: `${model.url}/v1/messages` });
const play = (format: 'openai' | 'anthropic', step: object) =>
  postStream(urls()[format], { messages: [user(script(step))], stream_options: { include_usage: true } });

const deltas = (events: Json[]) => events.flatMap((event) => event.choices?.[0]?.delta ?? []);

describe('an odd ending', () => {
  test.each([
    ['no-mark', false, false],
    ['no-reason', false, true],
    ['no-last-mark', true, false],
    ['complete', true, true],
  ])('%s: reason sent %s, last mark sent %s', async (end, reason, mark) => {
    const chat = await play('openai', { text: 'half', end });
    expect(chat.some((event) => event.choices?.[0]?.finish_reason === 'stop')).toBe(reason);
    expect(chat.includes('[DONE]')).toBe(mark);
    const messages = await play('anthropic', { text: 'half', end });
    expect(messages.some((event) => event.delta?.stop_reason === 'end_turn')).toBe(reason);
    expect(messages.some((event) => event.type === 'message_stop')).toBe(mark);
  });

  test('an error is sent within the stream, and nothing after it', async () => {
    const streamError = { error: { code: 502, message: 'upstream' } };
    expect((await play('openai', { text: 'half', streamError })).at(-1)).toEqual(streamError);
    const own = { type: 'error', error: { type: 'api_error', message: 'Internal' } };
    const response = await post(urls().anthropic, {
      stream: true,
      messages: [user(script({ text: 'a', streamError: own }))],
    });
    expect((await response.text()).endsWith(`event: error\ndata: ${JSON.stringify(own)}\n\n`)).toBe(true);
    expect(await postJson(urls().openai, { messages: [user(script({ streamError }))] })).toEqual(streamError);
  });

  test('is played `times` times, then the step is played whole', async () => {
    const step = { text: 'fine', end: 'no-mark', times: 1 };
    expect((await play('openai', step)).includes('[DONE]')).toBe(false);
    expect((await play('openai', step)).includes('[DONE]')).toBe(true);
  });

  test('a page and bare frames are sent unchanged', async () => {
    const page = await post(urls().openai, { stream: true, messages: [user(script({ page: { body: '<html>' } }))] });
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<html>',
    ]);
    const frames = [': waiting', { choices: [] }, 'data: [DONE]'];
    const bare = await post(urls().openai, { stream: true, messages: [user(script({ frames }))] });
    expect(await bare.text()).toBe(': waiting\n\ndata: {"choices":[]}\n\ndata: [DONE]\n\n');
  });
});

describe('an odd answer', () => {
  test.each([
    ['first', 'assistant', undefined],
    ['late', undefined, 'assistant'],
    ['empty', '', undefined],
    ['never', undefined, undefined],
  ])('role %s: the first chunk has %s, the last %s', async (role, first, last) => {
    const roles = deltas(await play('openai', { text: 'two words', role })).map((delta: Json) => delta.role);
    expect(roles[0]).toBe(first);
    expect(roles.at(-1)).toBe(last);
  });

  test('tool calls have the ids and the arguments that the step gives', async () => {
    const tools = [
      { tool: 'a', id: 'same', raw: '{"x": "ha' },
      { tool: 'b', id: '' },
      { tool: 'c', id: null },
    ];
    const calls = deltas(await play('openai', { tools })).flatMap((delta: Json) => delta.tool_calls ?? []);
    const begun = calls.filter((call: Json) => call.function.name !== undefined);
    expect(begun.map((call: Json) => call.id)).toEqual(['same', '', undefined]);
    const first = calls.filter((call: Json) => call.index === 0);
    expect(first.map((call: Json) => call.function.arguments).join('')).toBe('{"x": "ha');
    const blocks = (await play('anthropic', { tools })).flatMap((event) => event.content_block ?? []);
    expect(blocks.map((block: Json) => block.id)).toEqual(['same', '', undefined]);
  });

  test('pieces, thoughts and a refusal are in the places that the step gives', async () => {
    const step = { pieces: ['a\ud83d', '\ude00'], think: 'hm', thinkField: 'reasoning', refusal: 'no' };
    const all = deltas(await play('openai', step));
    expect(all.map((delta: Json) => delta.content).filter(Boolean)).toEqual(['a\ud83d', '\ude00']);
    expect(all.some((delta: Json) => delta.reasoning === 'hm')).toBe(true);
    expect(all.some((delta: Json) => delta.refusal === 'no')).toBe(true);
    const events = await play('anthropic', { refusal: 'no' });
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'refusal' } });
  });

  test('usage has cached and reasoning tokens in the fields of each format', async () => {
    const usage = { input: 100, output: 20, cached: 60, cacheWrite: 10, reasoning: 5 };
    const chat = (await play('openai', { text: 'a', usage })).find((event) => event.usage !== undefined);
    expect(chat.usage).toEqual({
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 5 },
    });
    const [start] = await play('anthropic', { text: 'a', usage });
    expect(start.message.usage).toEqual({
      input_tokens: 30,
      output_tokens: 1,
      cache_creation_input_tokens: 10,
      cache_read_input_tokens: 60,
    });
  });
});

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const openAiPicture = (type: string, data: string) => [
  { type: 'image_url', image_url: { url: `data:${type};base64,${data}` } },
];
const anthropicPicture = (media_type: string, data: string) => [
  { type: 'image', source: { type: 'base64', media_type, data } },
];
const call = (id: string, json = '{}') => ({ id, type: 'function', function: { name: 'x', arguments: json } });

describe('a strict model', () => {
  test.each([
    ['an invalid picture', [user(openAiPicture('image/png', 'bm9uZQ=='))], /unsupported image/],
    ['a heic picture', [user(openAiPicture('image/heic', PNG))], /unsupported image/],
    ['an assistant message without content', [user('a'), { role: 'assistant', content: null }], /got null/],
    [
      'a call with no result',
      [user('a'), { role: 'assistant', tool_calls: [call('1')] }, user('b')],
      /did not have response/,
    ],
    [
      'a call with cut arguments',
      [
        user('a'),
        { role: 'assistant', tool_calls: [call('1', '{"a')] },
        { role: 'tool', tool_call_id: '1', content: 'x' },
      ],
      /not valid JSON/,
    ],
    ['a result with no call', [user('a'), { role: 'tool', tool_call_id: '1', content: 'x' }], /preceeding/],
    ['half a character', [user('a\ud83d')], /invalid unicode/],
    ['a request that is too long', [user('word '.repeat(3000))], /too long/],
  ])("refuses in OpenAI's format: %s", async (_name, messages, words) => {
    const response = await post(urls().openai, { messages });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as Json;
    expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.stringMatching(words) });
    expect(model.requests.at(-1)?.refused).toBe(error.message);
  });

  test.each([
    ['an invalid picture', [user(anthropicPicture('image/png', 'bm9uZQ=='))], /Could not process/],
    ['an empty picture', [user(anthropicPicture('image/png', ''))], /cannot be empty/],
    ['image/jpg', [user(anthropicPicture('image/jpg', PNG))], /Input should be/],
    ['another type than declared', [user(anthropicPicture('image/jpeg', PNG))], /appears to be/],
    ['an empty text', [user('')], /non-empty/],
    ['a blank text', [user(' \n')], /non-whitespace/],
    ['an empty answer', [user('a'), { role: 'assistant', content: [] }, user('b')], /non-empty content/],
    [
      'an id with a colon',
      [user('a'), { role: 'assistant', content: [{ type: 'tool_use', id: 'a:0', name: 'x', input: {} }] }],
      /pattern/,
    ],
    [
      'a call with no result',
      [user('a'), { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'x', input: {} }] }, user('b')],
      /without `tool_result`/,
    ],
    ['a result with no call', [user([{ type: 'tool_result', tool_use_id: 'a', content: 'x' }])], /unexpected/],
  ])("refuses in Anthropic's format: %s", async (_name, messages, words) => {
    const response = await post(urls().anthropic, { messages });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as Json;
    expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.stringMatching(words) });
  });

  test('accepts a valid request', async () => {
    expect((await post(urls().openai, { messages: [user(openAiPicture('image/png', PNG))] })).status).toBe(200);
    expect((await post(urls().anthropic, { messages: [user(anthropicPicture('image/png', PNG))] })).status).toBe(200);
  });
});

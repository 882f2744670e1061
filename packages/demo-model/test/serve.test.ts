import { silentLogger } from '@molecule/adapters';
import { type DemoModel, startDemoModel } from '@molecule/demo-model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheDir, health, isListening, post, until } from './support.js';

let demo: DemoModel;
beforeAll(async () => {
  demo = await startDemoModel({ cacheDir, logger: silentLogger });
});
afterAll(() => demo?.stop());

const QUESTION = { role: 'user', content: 'What is the capital of France?' };
const STORY = { role: 'user', content: 'Write a long story about a fox and a raven.' };

it('answers as OpenAI chat completions', async () => {
  const answer = await (
    await post(`${demo.url}/v1/chat/completions`, {
      model: demo.model,
      messages: [{ role: 'system', content: 'You speak like a pirate.' }, QUESTION],
      tools: [{ type: 'function', function: { name: 'search', parameters: {} } }],
    })
  ).json();
  expect(answer).toMatchObject({
    object: 'chat.completion',
    model: 'smollm2-135m-instruct',
    choices: [{ message: { role: 'assistant', content: expect.stringMatching(/Paris/) }, finish_reason: 'stop' }],
    usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
  });
});

it('streams OpenAI chat completions', async () => {
  const body = { messages: [QUESTION], stream: true, stream_options: { include_usage: true } };
  const response = await post(`${demo.url}/v1/chat/completions`, body);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const lines = (await response.text()).trim().split('\n\n');
  expect(lines.pop()).toBe('data: [DONE]');
  const chunks = lines.map((line) => JSON.parse(line.replace(/^data: /, '')) as OpenAiChunk);
  expect(chunks.pop()).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } });
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  expect(chunks.length).toBeGreaterThan(5);
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toMatch(/Paris/);
});

it('answers as Anthropic messages', async () => {
  const body = { model: demo.model, max_tokens: 64, system: 'You speak like a pirate.', messages: [QUESTION] };
  expect(await (await post(`${demo.url}/v1/messages?beta=true`, body)).json()).toMatchObject({
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: expect.stringMatching(/Paris/) }],
    stop_reason: 'end_turn',
    usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
  });
});

it('streams Anthropic messages', async () => {
  const response = await post(`${demo.url}/v1/messages`, { max_tokens: 64, messages: [QUESTION], stream: true });
  const events = (await response.text())
    .trim()
    .split('\n\n')
    .map((event) => JSON.parse(event.split('\n')[1]?.replace(/^data: /, '') ?? '') as AnthropicEvent);
  const types = events.map((event) => event.type);
  expect([...new Set(types)]).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(events.map((event) => event.delta?.text ?? '').join('')).toMatch(/Paris/);
});

it('keeps to the limit of tokens, its own or the requested one', async () => {
  const answer = async (more: object): Promise<unknown> =>
    (await post(`${demo.url}/v1/chat/completions`, { messages: [STORY], ...more })).json();
  expect(await answer({ max_tokens: 5 })).toMatchObject({
    choices: [{ finish_reason: 'length' }],
    usage: { completion_tokens: 5 },
  });
  // Its own limit cuts no sentence: the answer is short and complete.
  expect(await answer({ max_tokens: 100_000 })).toMatchObject({
    choices: [{ finish_reason: 'stop', message: { content: expect.stringMatching(/[.!?…]["')]*$/) } }],
    usage: { completion_tokens: expect.toSatisfy((tokens: number) => tokens > 5 && tokens <= 176) },
  });
});

it('answers a greeting without a loop, and without a reason for Claude Code to continue the answer', async () => {
  const body = { max_tokens: 32_000, messages: [{ role: 'user', content: 'Hello!' }] };
  const answer = (await (await post(`${demo.url}/v1/messages`, body)).json()) as Record<string, unknown>;
  expect(answer).toMatchObject({ stop_reason: 'end_turn', content: [{ text: expect.stringMatching(/\w/) }] });
  const sentences = String((answer['content'] as { text: string }[])[0]?.text).split(/(?<=[.!?])\s+/);
  expect(new Set(sentences).size).toBe(sentences.length);
});

it('uses the conversation, and accepts tool messages in it', async () => {
  const messages = [
    QUESTION,
    { role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'look' } }] },
    { role: 'tool', tool_call_id: '1', content: 'Done.' },
    { role: 'assistant', content: 'The capital of France is Paris.' },
    { role: 'user', content: 'And of Italy?' },
  ];
  expect(await (await post(`${demo.url}/v1/chat/completions`, { messages })).text()).toMatch(/Rome/);
});

it('stops generating if the client disconnects, and skips disconnected clients in the queue', async () => {
  const before = (await health(demo.url)).generatedTokens;
  const leave = new AbortController();
  const response = await post(`${demo.url}/v1/chat/completions`, { messages: [STORY], stream: true }, leave.signal);
  const queued = post(`${demo.url}/v1/messages`, { messages: [STORY] }, leave.signal);
  await until('two requests and some text', async () => {
    const { pending, generatedTokens } = await health(demo.url);
    return pending === 2 && generatedTokens > before;
  });
  leave.abort();
  await expect(queued).rejects.toThrow(/abort/);
  await expect(response.text()).rejects.toThrow(/abort/);
  await until('both are gone', async () => (await health(demo.url)).pending === 0);
  // A story has more than 64 tokens.
  expect((await health(demo.url)).generatedTokens - before).toBeLessThan(64);
  // The next request is answered.
  const next = await post(`${demo.url}/v1/messages`, { messages: [QUESTION] });
  expect(await next.text()).toMatch(/Paris/);
});

it('answers two concurrent requests one after the other', async () => {
  const ask = async (): Promise<string> =>
    (await post(`${demo.url}/v1/messages`, { messages: [QUESTION], stream: true })).text();
  for (const answer of await Promise.all([ask(), ask()])) expect(answer).toMatch(/Paris/);
});

it.for<[string, string, string | undefined, number, RegExp]>([
  ['an unknown path', '/v1/embeddings', '{}', 404, /does not serve POST \/v1\/embeddings/],
  ['a body that is not JSON', '/v1/messages', '{', 400, /not JSON/],
  ['a body that is not an object', '/v1/chat/completions', '[]', 400, /must be a JSON object/],
  ['no messages', '/v1/messages', '{}', 400, /holds no text/],
  [
    'a bound of tokens that is none',
    '/v1/messages',
    '{"messages":[{"role":"user","content":"a"}],"max_tokens":-1}',
    400,
    /positive/,
  ],
])('refuses %s', async ([, path, body, status, message]) => {
  const response = await fetch(`${demo.url}${path}`, { method: 'POST', body: body ?? null });
  expect(response.status).toBe(status);
  expect(((await response.json()) as { error: { message: string } }).error.message).toMatch(message);
});

it('lists its model and reports its health', async () => {
  expect(await (await fetch(`${demo.url}/v1/models`)).json()).toMatchObject({ data: [{ id: demo.model }] });
  expect(await (await fetch(`${demo.url}/health`)).json()).toMatchObject({ status: 'ok', pending: 0 });
  expect(await (await post(`${demo.url}/v1/messages/count_tokens`, { messages: [QUESTION] })).json()).toEqual({
    input_tokens: 7,
  });
});

it('can be stopped more than once', async () => {
  const another = await startDemoModel({ cacheDir, logger: silentLogger });
  await Promise.all([another.stop(), another.stop()]);
  await another[Symbol.asyncDispose]();
  expect(await isListening(another.url)).toBe(false);
});

interface OpenAiChunk {
  readonly choices: readonly { readonly delta: { readonly content?: string }; readonly finish_reason: string | null }[];
}

interface AnthropicEvent {
  readonly type: string;
  readonly delta?: { readonly text?: string };
}

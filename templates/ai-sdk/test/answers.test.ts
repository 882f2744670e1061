import { answerOf, continueTurn, messageTurn } from '@molecule/adapters/testing';
import { expect, it, vi } from 'vitest';
import { only, script, useBench } from './support/bench.js';
import { startMcpServer } from './support/mcp-server.js';

const bench = useBench();

it('streams thoughts and text, and gives the usage with its cost', async () => {
  const usage = { input: 1000, cached: 400, output: 200, reasoning: 50 };
  const { run } = await opened({ config: { prices: { input: 2, cached_input: 0.5, output: 10 } } });
  const { events } = await run(script({ think: 'Hmm, well.', text: 'It is so.', usage }));
  expect(only(events, 'reasoning-delta').map(({ text }) => text)).toEqual(['Hmm, ', 'well.']);
  expect(only(events, 'text-delta').map(({ text }) => text)).toEqual(['It ', 'is ', 'so.']);
  expect(only(events, 'usage')).toEqual([
    {
      type: 'usage',
      inputTokens: 1000,
      cachedInputTokens: 400,
      outputTokens: 200,
      reasoningTokens: 50,
      costUsd: (600 * 2 + 400 * 0.5 + 200 * 10) / 1_000_000,
      model: 'scripted',
    },
  ]);
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
});

it('begins a paragraph for what the model says after a tool', async () => {
  const { run } = await opened();
  const turn = await run(script({ text: 'Let me see.', tool: 'current_time' }, { text: 'It is late.' }));
  expect(answerOf(turn)).toBe('Let me see.\n\nIt is late.');
});

it('gives documents as artifacts of their own', async () => {
  const { run } = await opened();
  const documents = ['One', 'Two'].map((title) => ({
    tool: 'give_document',
    input: { title, markdown: `# ${title}` },
  }));
  const { events } = await run(script({ tools: documents }, { text: 'There.' }));
  expect(only(events, 'artifact').map(({ name, parts }) => [name, parts])).toEqual([
    ['One', [{ kind: 'text', text: '# One', mediaType: 'text/markdown' }]],
    ['Two', [{ kind: 'text', text: '# Two', mediaType: 'text/markdown' }]],
  ]);
});

it('gives an answer of a schema as data, and not as text', async () => {
  const output_schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const { run } = await opened({ config: { output_schema } });
  const { events } = await run(script({ tool: 'current_time' }, { text: '{"city":"Paris"}' }));
  expect(only(events, 'data')).toEqual([{ type: 'data', data: { city: 'Paris' }, schema: output_schema }]);
  expect(only(events, 'text-delta')).toEqual([]);
  expect(bench.model.requests[0]?.body).toMatchObject({ response_format: { type: 'json_schema' } });
});

it('fails if an answer of a schema is no data', async () => {
  const { run } = await opened({ config: { output_schema: { type: 'object' } } });
  expect((await run(script({ text: 'It is Paris.' }))).error).toMatchObject({ code: 'invalid-request' });
});

it('fails for now if an MCP server cannot be reached', async () => {
  const { run } = await opened({ config: { mcp_servers: [{ url: 'http://127.0.0.1:1/mcp' }] } });
  expect((await run(script({ text: 'Hello.' }))).error).toMatchObject({ code: 'unavailable', retryable: true });
  expect(bench.model.requests).toEqual([]);
});

it('fails if the token of an MCP server is not set', async () => {
  const mcp_servers = [{ url: 'http://127.0.0.1:1/mcp', token_variable: 'ABSENT_TOKEN' }];
  const { run } = await opened({ config: { mcp_servers } });
  const { error } = await run(script({ text: 'Hello.' }));
  expect(error).toMatchObject({
    code: 'unsupported',
    retryable: false,
    message: 'Set ABSENT_TOKEN for the MCP server.',
  });
});

it('a tool of an MCP server does not replace one of its own', async () => {
  await using server = await startMcpServer('current_time');
  const { run } = await opened({ config: { mcp_servers: [{ url: server.url }] } });
  expect(answerOf(await run(script({ tool: 'current_time' }, { text: 'It is $TOOL' })))).toMatch(/UTC/);
  expect(server.calls.map(({ method }) => method)).toContain('tools/list');
});

it("asks OpenAI's own API to store nothing", async () => {
  // The package of the provider reads it.
  vi.stubEnv('OPENAI_BASE_URL', `${bench.model.url}/v1`);
  const { run } = await opened({ environment: { OPENAI_API_KEY: 'scripted' } });
  expect(answerOf(await run(script({ text: 'Yes.' })))).toBe('Yes.');
  vi.unstubAllEnvs();
  expect(bench.model.requests).toMatchObject([{ path: '/v1/responses', body: { store: false } }]);
});

it('gives the sources of an answer', async () => {
  const { run } = await opened({ model: 'anthropic:scripted' });
  const { events } = await run(script({ frames: citing('https://example.com/a', 'Example') }));
  expect(only(events, 'artifact')).toEqual([
    {
      type: 'artifact',
      id: 'sources',
      name: 'Sources',
      parts: [{ kind: 'data', data: { title: 'Example', url: 'https://example.com/a' } }],
      append: true,
    },
  ]);
});

it('gives the model text files as text, pictures as pictures, and other files by their path', async () => {
  const { run } = await opened();
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  await run(script({ text: 'Seen.' }), [
    { kind: 'file', name: 'a.txt', mediaType: 'text/plain', data: btoa('hello'), path: '/work/a.txt' },
    { kind: 'file', name: 'b.png', mediaType: 'image/png', data: png },
    { kind: 'file', name: 'c.bin', mediaType: 'application/zip', data: 'AAAA', path: '/work/c.bin' },
    { kind: 'data', data: { seat: 'aisle' } },
  ]);
  expect(bench.sent.at(-1)?.content).toEqual([
    { type: 'text', text: expect.stringContaining('please') },
    { type: 'text', text: 'The person sent the file "a.txt" (text/plain), which is at /work/a.txt:\nhello' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
    { type: 'text', text: 'The person sent the file "c.bin" (application/zip), which is at /work/c.bin.' },
    { type: 'text', text: 'Structured data:\n{"seat":"aisle"}' },
  ]);
});

it('ends with the reason of the model, and fails after too many model calls', async () => {
  const { run } = await opened({ config: { max_steps: 2 } });
  expect((await run(script({ text: 'Cut', stop: 'length' }))).events.at(-1)).toEqual({
    type: 'finish',
    reason: 'length',
  });
  const call = { tool: 'current_time' };
  expect((await run(script(call, call, call))).error).toMatchObject({ code: 'too-many-steps' });
});

it('gives the model what a failed tool says, and calls of a server that uses an id again are two', async () => {
  const { run } = await opened();
  const call = (zone: string) => ({ tools: [{ tool: 'current_time', input: { zone }, id: 'call_1' }] });
  const turn = await run(script(call('Nowhere'), call('UTC'), { text: 'It is $TOOL' }));
  expect(only(turn.events, 'tool-result').map(({ id, ok }) => [id, ok])).toEqual([
    ['call_1', false],
    ['call_1_1', true],
  ]);
  expect(answerOf(turn)).toMatch(/^It is .* at .*UTC/);
  const bodies = bench.model.requests.map(({ body }) => JSON.stringify(body));
  expect(bodies[1]).toContain('Invalid time zone specified: Nowhere');
});

it('sends the answer of a finished turn again without a model call', async () => {
  const workbench = await bench.open();
  const turn = messageTurn(script({ tool: 'current_time' }, { text: 'So it is.' }));
  await workbench.runWell(turn);
  expect(answerOf(await workbench.runWell(continueTurn(turn)))).toBe('So it is.');
  expect(bench.model.requests).toHaveLength(2);
});

async function opened(options?: Parameters<typeof bench.open>[0]) {
  const workbench = await bench.open(options);
  return {
    run: (text: string, files: Parameters<typeof messageTurn>[1] extends infer _ ? readonly object[] : never = []) =>
      workbench.run(messageTurn(text, { parts: [{ kind: 'text', text }, ...files] as never })),
  };
}

/** An answer of Anthropic with a citation. */
function citing(url: string, title: string): readonly Record<string, unknown>[] {
  const usage = { input_tokens: 3, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'scripted', content: [], usage };
  const citation = { type: 'web_search_result_location', cited_text: 'so', url, title, encrypted_index: 'x' };
  return [
    { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: [] } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'It is so.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { startTestRuntime, until } from '@molecule/runtime/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { adapter } from '../src/index.js';
import { script } from './support/bench.js';
import { startMcpServer } from './support/mcp-server.js';

const directories: string[] = [];
let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel({ strict: true });
});
afterAll(() => model.stop());
beforeEach(() => model.reset());
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

async function serve(
  config = '',
  environment: Record<string, string> = {},
  prepare?: (directory: string) => Promise<void>,
) {
  const directory = await mkdtemp(join(tmpdir(), 'ai-sdk-'));
  directories.push(directory);
  await prepare?.(directory);
  return startTestRuntime({
    directory,
    adapter,
    model,
    config: `name: Test\nruntime: ai-sdk\nmodel: openai:scripted\n${config}`,
    environment: { MOLECULE_RETRY_INITIAL: '1ms', ...environment },
  });
}

it('remembers the conversation from the task log, and after a restart', async () => {
  await using runtime = await serve();
  const { contextId } = await runtime.client.send(script({ text: 'I have noted it.' }));
  await using restarted = await runtime.restart();
  const later = await restarted.client.send(script({ text: 'That is message $TURNS.' }), { contextId });
  expect(later.text).toBe('That is message 2.');
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('I have noted it.');
});

it('a call that the provider limits is made again after its wait, and the calls before it are not', async () => {
  await using runtime = await serve();
  const limited = { status: 429, retryAfter: 0, times: 2, text: 'Done.' };
  const task = await runtime.client.send(script({ tool: 'current_time' }, limited));
  expect(task).toMatchObject({ state: 'completed', text: 'Done.' });
  expect(model.requests.map(({ step }) => step)).toEqual([0, 1, 1, 1]);
});

it.each([
  [{ status: 401 }, 'ENGINE_AUTH'],
  [{ status: 400, errorText: 'This model has a maximum context length of 8192 tokens' }, 'ENGINE_CONTEXT_OVERFLOW'],
  [{ status: 429, errorText: 'You exceeded your current quota' }, 'ENGINE_RATE_LIMIT'],
])('a call that fails with %o fails the task at once with %s', async (step, code) => {
  await using runtime = await serve();
  expect(await runtime.client.send(script(step))).toMatchObject({ state: 'failed', code });
  expect(model.requests).toHaveLength(1);
});

it('a cancel ends the request to the model', async () => {
  await using runtime = await serve();
  const { id } = await runtime.client.begin(script({ text: 'word '.repeat(200), chunkMs: 100 }));
  await until('the model answers', () => model.live === 1);
  await runtime.client.cancel(id);
  await runtime.client.waitFor(id, 'canceled');
  await until('the request has ended', () => model.requests[0]?.aborted);
});

it('several approvals and questions are asked at once, a refused call is not made, and the model reads why', async () => {
  await using runtime = await serve();
  const calls = ['one', 'two'].map((name) => ({ tool: 'save_note', input: { name, text: name } }));
  const question = { tool: 'ask_person', input: { question: 'Which colour?', choices: ['green', 'blue'] } };
  const asked = await runtime.client.send(script({ tools: [...calls, question] }, { text: 'So be it.' }));
  expect(asked.state).toBe('input-required');
  const { id: taskId, contextId } = asked;
  const answer = (text: string) => runtime.client.send(text, { taskId, contextId });
  await answer('approve');
  await answer('reject');
  expect(await answer('blue')).toMatchObject({ state: 'completed' });
  const results = JSON.stringify(model.requests.at(-1)?.body);
  expect(results).toContain('Saved as one.md.');
  expect(results).not.toContain('Saved as two.md.');
  expect(results).toContain('reject');
  expect(results).toContain('blue');
  expect(model.requests.map(({ step }) => step)).toEqual([0, 1]);
});

it('a question is asked once, also if its calls are to be approved', async () => {
  await using runtime = await serve('runtime_config: { approval: [ask_person] }');
  const question = { tool: 'ask_person', input: { question: 'Which colour?' } };
  const { id: taskId, contextId } = await runtime.client.send(script(question, { text: 'So: $TOOL' }));
  expect(await runtime.client.send('blue', { taskId, contextId })).toMatchObject({
    state: 'completed',
    text: 'So: blue',
  });
});

it('has the tools of the runtime', async () => {
  await using runtime = await serve('tools: [send_file, commit_memory, recall_memory]');
  await writeFile(join(runtime.info.stateDir, 'work', 'note.txt'), 'from the working directory');
  const commit = { tool: 'commit_memory', input: { content: 'The door is red' } };
  const sendFile = { tool: 'send_file', input: { path: 'note.txt' } };
  const sent = await runtime.client.send(script(commit, sendFile, { text: 'Sent.' }));
  expect(sent).toMatchObject({ state: 'completed', files: { 'note.txt': 'from the working directory' } });
  const recalled = await runtime.client.send(script({ tool: 'recall_memory' }, { text: 'So: $TOOL' }));
  expect(recalled.text).toContain('The door is red');
});

it('has the skills and the current prompt in each turn', async () => {
  await using runtime = await serve('prompt_files: [prompt.md]', {}, async (directory) => {
    const skill = join(directory, 'skills', 'tide-table');
    await mkdir(skill, { recursive: true });
    await writeFile(
      join(skill, 'SKILL.md'),
      '---\nname: tide-table\ndescription: Tells the tides.\n---\n\nSee the moon.',
    );
    await writeFile(join(directory, 'prompt.md'), 'You are a sailor.');
  });
  const prompted = () => JSON.stringify(model.requests.at(-1)?.body);
  await runtime.client.send(script({ text: 'Aye.' }));
  expect(prompted()).toMatch(/You are a sailor\..*See the moon\./);
  await writeFile(join(runtime.directory, 'prompt.md'), 'You are a pilot.');
  await until('the changed prompt is there', async () => {
    await runtime.client.send(script({ text: 'Aye.' }));
    return prompted().includes('You are a pilot.');
  });
});

it('has the tools of MCP servers, also for approval', async () => {
  await using server = await startMcpServer();
  const servers = `mcp_servers: [{ url: "${server.url}", token_variable: SHOUT_TOKEN }]`;
  await using runtime = await serve(`runtime_config: { ${servers}, approval: [shout] }`, { SHOUT_TOKEN: 'secret' });
  // An input that looks like a question is none.
  const call = { tool: 'shout', input: { word: 'hello', question: 'How loud?' } };
  const { id: taskId, contextId, state } = await runtime.client.send(script(call, { text: 'It said $TOOL' }));
  expect(state).toBe('input-required');
  expect((await runtime.client.send('approve', { taskId, contextId })).text).toContain('HELLO');
  expect(server.calls.filter(({ method }) => method === 'tools/call')).toEqual([
    { method: 'tools/call', authorization: 'Bearer secret' },
  ]);
});

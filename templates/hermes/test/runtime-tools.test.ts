import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeTool } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { startTestRuntime } from '@molecule/runtime/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { adapter } from '../src/index.js';
import { gatewayOf, until } from './support/gateway.js';
import { playAndKill } from './support/play-and-kill.js';
import { startToolServer } from './support/tool-server.js';
import { finalText, lastPrompt, message, next, play, script } from './support/turns.js';
import { CACHE_HOME, makeWorkspace, openEngine } from './support/workspace.js';

let model: ScriptedModel;

beforeAll(async () => {
  model = await startScriptedModel();
});
beforeEach(() => model.reset());
afterAll(() => model.stop());

const LOOK_UP: RuntimeTool = {
  name: 'look_up',
  description: 'Looks something up.',
  inputSchema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
  execute: async () => 'never called here',
};
const lookUp = { tool: 'molecule_look_up', input: { word: 'heron' } };

test('the tools of the runtime run for the turn of their context, and its skills are in the prompt', async () => {
  await using workspace = await makeWorkspace();
  await writeFile(join(workspace.workDir, 'note.txt'), 'from the working directory');
  const skill = join(workspace.root, 'skills', 'tide-table');
  await mkdir(skill, { recursive: true });
  const description = 'Tells the tides.';
  await writeFile(
    join(skill, 'SKILL.md'),
    `---\nname: tide-table\ndescription: ${description}\n---\n\nLook at the moon.`,
  );
  const config = 'name: Test\nruntime: hermes\nmodel: openai:scripted\ntools: [send_file, recall_memory]\n';
  const environment = {
    PATH: process.env['PATH'],
    HOME: workspace.root,
    XDG_CACHE_HOME: CACHE_HOME,
    MOLECULE_STATE_DIR: workspace.stateDir,
    MOLECULE_WORK_DIR: workspace.workDir,
  };
  await using runtime = await startTestRuntime({ adapter, model, config, directory: workspace.root, environment });
  // While a second turn runs, only the context shows to which turn a call belongs.
  const other = runtime.client.send(script({ hang: true }), { contextId: 'another context' });
  other.catch(() => undefined);
  await until(() => model.requests.some(({ step }) => step !== undefined), 'the other turn to begin');
  const sendFile = { tool: 'molecule_send_file', input: { path: 'note.txt' } };
  const refused = { tool: 'molecule_send_file', input: { path: 'nothing.txt' } };
  const sent = await runtime.client.send(script(sendFile, refused, { text: 'so: $TOOL' }), { contextId: 'a context' });
  expect(sent).toMatchObject({ state: 'completed', files: { 'note.txt': 'from the working directory' } });
  expect(sent.text).toContain('There is no file nothing.txt');
  expect(lastPrompt(model)).toMatch(/Tells the tides\..*Look at the moon\./);
});

test('a run that outlives its runtime calls the tools of the next one; a cancel closes the connection of a running tool call', async () => {
  await using workspace = await makeWorkspace();
  const first = await startToolServer('the first token', 'too late');
  const command = 'touch begun; until test -f go; do sleep 0.05; done';
  const turn = message(script({ tool: 'terminal', input: { command } }, lookUp, { text: 'so: $TOOL' }), 'a: b&c');
  const tools = [LOOK_UP];
  const killed = await playAndKill(workspace, model, turn, 'tool-call', { tools, mcp: first.endpoint });
  await first[Symbol.asyncDispose]();
  const before = await gatewayOf(workspace);
  await until(() => existsSync(join(workspace.workDir, 'begun')), 'the command to begin');
  await writeFile(join(workspace.workDir, 'go'), '');

  await using second = await startToolServer('the second token', '{"found":"a bird"}');
  await using engine = await openEngine(workspace, model, { tools, mcp: second.endpoint });
  expect(await gatewayOf(workspace)).toEqual(before);
  expect(finalText(await play(engine, next(turn, killed.checkpoint)))).toBe('so: {"found":"a bird"}');
  // The next one has another token.
  expect(second.calls).toEqual([{ name: 'look_up', arguments: { word: 'heron' }, left: false }]);

  const slow = { tool: 'molecule_look_up', input: { slow: true } };
  const controller = new AbortController();
  const played = play(engine, message(script(slow, { text: 'never' }), 'c'), { signal: controller.signal });
  await until(() => second.calls.length === 2, 'the slow call');
  controller.abort({ code: 'canceled', message: 'gone' });
  expect((await played).error).toMatchObject({ code: 'canceled' });
  await until(() => second.calls[1]?.left === true, 'the tool to be left');
});

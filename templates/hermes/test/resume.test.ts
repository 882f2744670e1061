import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEngine } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { processesWithEnvironment } from '../src/process/process-tree.js';
import { gatewayOf, killGateway, until } from './support/gateway.js';
import { playAndKill } from './support/play-and-kill.js';
import { finalText, lastPrompt, message, next, play, script, streamedText } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

let workspace: TestWorkspace;
let model: ScriptedModel;
let opened: (AgentEngine & AsyncDisposable) | undefined;

beforeAll(async () => {
  workspace = await makeWorkspace();
  model = await startScriptedModel();
});

beforeEach(() => model.reset());

afterAll(async () => {
  await opened?.[Symbol.asyncDispose]();
  await model?.stop();
  await workspace?.[Symbol.asyncDispose]();
});

/** The engine of all tests here, created on first use: some tests start with a process of their own. */
async function open(): Promise<AgentEngine> {
  opened ??= await openEngine(workspace, model);
  return opened;
}

const answersAsked = () => model.requests.filter(({ step }) => step !== undefined).length;
const lines = async (name: string) => (await readFile(join(workspace.workDir, name), 'utf8')).trim().split('\n').length;

test('a runtime that was killed re-attaches to its run, which continued: nothing is started again', async () => {
  const turn = message(
    script({ tool: 'terminal', input: { command: 'echo ran >> tool.log; sleep 4' } }, { text: 'all done' }),
  );
  const killed = await playAndKill(workspace, model, turn, 'tool-call');
  const before = await gatewayOf(workspace);

  const engine = await open();
  expect(await gatewayOf(workspace)).toEqual(before);
  const played = await play(engine, next(turn, killed.checkpoint));
  expect(finalText(played)).toBe('all done');
  expect(played.events.map(({ type }) => type)).toContain('reset');
  expect(played.events.find(({ type }) => type === 'tool-result')).toMatchObject({ ok: true });
  expect(await lines('tool.log')).toBe(1);
  expect(answersAsked()).toBe(2);
});

test('a run that finished while no runtime was running returns its answer, from the disk record alone', async () => {
  const engine = await open();
  const turn = message(
    script({ text: 'thinking', tool: 'terminal', input: { command: 'sleep 1; touch over' } }, { text: 'all done' }),
  );
  await playAndKill(workspace, model, turn, 'started');
  await until(() => answersAsked() === 2, 'the run to end');

  const played = await play(engine, next(turn));
  expect(finalText(played)).toBe('all done');
  expect(answersAsked()).toBe(2);
});

test('after Hermes was killed, only the unfinished step is repeated', async () => {
  const engine = await open();
  const contextId = randomUUID();
  await play(engine, message('remember the number 7', contextId));
  const turn = message(
    script(
      { tool: 'terminal', input: { command: 'echo a >> a.log' } },
      { tool: 'terminal', input: { command: 'echo b >> b.log; test -f flag || (touch flag; sleep 60)' } },
      { text: 'all done' },
    ),
    contextId,
  );
  const running = play(engine, turn);
  await until(() => existsSync(join(workspace.workDir, 'flag')), 'the second tool to begin');
  await killGateway(workspace);
  const first = await running;
  expect(first.error).toMatchObject({ code: 'engine-died', retryable: true });

  const played = await play(engine, next(turn, first.checkpoint));
  expect(finalText(played)).toBe('all done');
  expect(await lines('a.log')).toBe(1);
  expect(await lines('b.log')).toBe(2);
  expect(lastPrompt(model)).toContain('remember the number 7');

  await play(engine, message('and?', contextId));
  expect(lastPrompt(model)).toContain('all done');
});

test('a SIGTERM to Hermes from another process loses no turn', async () => {
  const engine = await open();
  const turn = message(
    script({ tool: 'terminal', input: { command: 'touch working; sleep 3' } }, { text: 'done all the same' }),
  );
  const running = play(engine, turn);
  await until(() => existsSync(join(workspace.workDir, 'working')), 'the tool to begin');
  const { pid } = await gatewayOf(workspace);
  process.kill(pid, 'SIGTERM');
  const first = await running;
  expect(first.error).toMatchObject({ code: 'engine-died', retryable: true });
  // At once: an attempt waits while Hermes restarts.
  expect(finalText(await play(engine, next(turn, first.checkpoint)))).toBe('done all the same');
  expect((await gatewayOf(workspace)).pid).not.toBe(pid);
});

test('a finished turn whose run Hermes no longer has is replayed from the transcript', async () => {
  const engine = await open();
  const turn = message('good morning');
  const first = await play(engine, turn);
  await killGateway(workspace);
  const asked = answersAsked();
  const played = await play(engine, next(turn, first.checkpoint));
  expect(finalText(played)).toBe('echo: good morning');
  expect(answersAsked()).toBe(asked);
});

test('a turn that Hermes never received is not answered with an earlier text', async () => {
  const engine = await open();
  const earlier = message('good morning');
  const done = await play(engine, earlier);
  const played = await play(engine, next(message('good night', earlier.contextId), done.checkpoint));
  expect(played.error).toMatchObject({ code: 'nothing-to-continue' });
  expect(played.events).toEqual([]);
});

test('a failed model call is retried, and the model receives the message once', async () => {
  const engine = await open();
  const turn = message(script({ status: 429, times: 1, text: 'now it works' }));
  const first = await play(engine, turn);
  expect(first.error).toMatchObject({ code: 'rate-limit', retryable: true });
  const played = await play(engine, next(turn, first.checkpoint));
  expect(finalText(played)).toBe('now it works');
  expect(streamedText(played)).toBe('now it works');
  await play(engine, message('and?', turn.contextId));
  expect(lastPrompt(model).split('now it works').length - 1).toBe(2); // In the script, and as the answer.
});

test('after a restart Hermes ends the processes that the killed Hermes left running', async () => {
  const engine = await open();
  const turn = message(script({ tool: 'terminal', input: { command: 'touch begun; sleep 300' } }, { text: 'never' }));
  const running = play(engine, turn);
  await until(() => existsSync(join(workspace.workDir, 'begun')), 'the tool to begin');
  const home = join(workspace.stateDir, 'hermes', 'home');
  const before = await processesWithEnvironment({ HERMES_HOME: home });
  expect(before.length).toBeGreaterThan(1);
  await killGateway(workspace);
  expect((await running).error).toMatchObject({ code: 'engine-died', retryable: true });
  await play(engine, message('are you there?'));
  const after = await processesWithEnvironment({ HERMES_HOME: home });
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
});

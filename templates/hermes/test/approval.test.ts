import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEngine } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionIdOf } from '../src/turns/record/session-id.js';
import { gatewayOf, killGateway } from './support/gateway.js';
import { playAndKill } from './support/play-and-kill.js';
import { answer, finalText, lastPrompt, message, next, play, question, script, streamedText } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

let workspace: TestWorkspace;
let model: ScriptedModel;
let opened: (AgentEngine & AsyncDisposable) | undefined;

beforeAll(async () => {
  workspace = await makeWorkspace();
  model = await startScriptedModel();
});

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

/** A turn that deletes a folder, which Hermes treats as dangerous. */
async function dangerous(name: string) {
  const victim = join(workspace.workDir, name);
  await writeFile(victim, 'precious');
  const command = `rm -rf ${victim}`;
  const turn = message(script({ tool: 'terminal', input: { command } }, { text: 'so be it', chunkMs: 50 }));
  return { victim, command, turn };
}

test('after the runtime was killed during a question, the waiting run receives the answer', async () => {
  const { victim, turn } = await dangerous('killed-runtime');
  const killed = await playAndKill(workspace, model, turn, 'input-required');
  const before = await gatewayOf(workspace);
  const engine = await open();
  expect(await gatewayOf(workspace)).toEqual(before);
  const played = await play(engine, answer(turn, killed, 'go on', 'once'));
  expect(finalText(played)).toBe('so be it');
  expect(existsSync(victim)).toBe(false);
  expect(played.events.filter(({ type }) => type === 'tool-call')).toHaveLength(1);
  expect(played.events.find(({ type }) => type === 'tool-result')).toMatchObject({ ok: true });
});

test('asks with the command and two choices, and "once" runs exactly that call', async () => {
  const engine = await open();
  const { victim, command, turn } = await dangerous('once');
  const asked = await play(engine, turn);
  expect(question(asked)).toMatchObject({
    request: 'approval',
    tool: { name: 'terminal', input: { command } },
    choices: [{ id: 'once' }, { id: 'deny' }],
  });
  expect(question(asked).prompt).toContain(command);
  expect(existsSync(victim)).toBe(true);

  const played = await play(engine, answer(turn, asked, 'Allow once', 'once'));
  expect(finalText(played)).toBe('so be it');
  expect(streamedText(played)).toBe('so be it');
  expect(existsSync(victim)).toBe(false);
  const call = asked.events.find((event) => event.type === 'tool-call');
  expect(played.events.find((event) => event.type === 'tool-result')?.id).toBe(call?.id);
});

test('after "deny" the command does not run, and the model receives the denial', async () => {
  const engine = await open();
  const { victim, turn } = await dangerous('deny');
  const asked = await play(engine, turn);
  const played = await play(engine, answer(turn, asked, 'no way'));
  expect(finalText(played)).toBe('so be it');
  expect(played.events.find(({ type }) => type === 'tool-result')).toMatchObject({ ok: false });
  expect(lastPrompt(model)).toContain('denied');
  expect(existsSync(victim)).toBe(true);
});

test('a new message replaces an unanswered question', async () => {
  const engine = await open();
  const { victim, turn } = await dangerous('given-up');
  const asked = await play(engine, turn);
  const instead = message(script({ text: 'something else' }), turn.contextId);
  expect(finalText(await play(engine, instead))).toBe('something else');
  expect(lastPrompt(model)).toContain('This request was stopped before it was answered.');
  expect(existsSync(victim)).toBe(true);
  const late = await play(engine, answer(turn, asked, 'yes', 'once'));
  expect(late.error).toMatchObject({ code: 'lost', retryable: false });
  expect(existsSync(victim)).toBe(true);
});

test('after Hermes was killed, a denial is valid for the same command in the resumed turn', async () => {
  const engine = await open();
  const { victim, turn } = await dangerous('denied-after-kill');
  const asked = await play(engine, turn);
  await killGateway(workspace);
  const played = await play(engine, answer(turn, asked, 'no', 'deny'));
  expect(finalText(played)).toBe('so be it');
  expect(existsSync(victim)).toBe(true);
});

test('after Hermes was killed, an approval is valid once, for the same command', async () => {
  const engine = await open();
  const { victim, command } = await dangerous('allowed-after-kill');
  const turn = message(script({ tool: 'terminal', input: { command } }, { tool: 'terminal', input: { command } }));
  const first = await play(engine, turn);
  await killGateway(workspace);
  const second = await play(engine, answer(turn, first, 'yes', 'once'));
  expect(question(second).tool?.input).toEqual({ command });
  expect(question(second).requestId).not.toBe(question(first).requestId);
  expect(second.events.find(({ type }) => type === 'tool-result')).toMatchObject({ ok: true });
  expect(existsSync(victim)).toBe(false);
});

test('after Hermes was killed, an approval is not valid for another command', async () => {
  const engine = await open();
  const { victim, command, turn } = await dangerous('other-command');
  const asked = await play(engine, turn);
  await killGateway(workspace);
  // As if the model had called another command before the kill than it calls now.
  const journal = join(workspace.stateDir, 'hermes', 'turns', `${sessionIdOf('test', turn.contextId)}.json`);
  await writeFile(journal, (await readFile(journal, 'utf8')).replaceAll(victim, '/somewhere/else'));
  const again = await play(engine, answer(turn, asked, 'yes', 'once'));
  expect(question(again).tool?.input).toEqual({ command });
  expect(existsSync(victim)).toBe(true);
});

test('each of two calls in one message needs its own approval, and an answer is valid for its call only', async () => {
  const engine = await open();
  const [one, two] = [await dangerous('one-of-two'), await dangerous('two-of-two')];
  const tools = [one, two].map(({ command }) => ({ tool: 'terminal', input: { command } }));
  const turn = message(script({ tools }, { text: 'so be it' }));
  const first = await play(engine, turn);
  const asked = [one, two].find(({ command }) => question(first).prompt.includes(command));
  const second = await play(engine, answer(turn, first, 'no', 'deny'));
  expect(question(second).requestId).not.toBe(question(first).requestId);
  const other = asked === one ? two : one;
  expect(question(second).prompt).toContain(other.command);
  expect(finalText(await play(engine, answer(turn, second, 'yes', 'once')))).toBe('so be it');
  expect(existsSync(asked?.victim ?? '')).toBe(true);
  expect(existsSync(other.victim)).toBe(false);
});

test('an interrupted answer turn resumes', async () => {
  const engine = await open();
  const { victim, turn } = await dangerous('cut-short');
  const asked = await play(engine, turn);
  const given = answer(turn, asked, 'yes', 'once');
  const killed = await playAndKill(workspace, model, given, 'tool-result');
  const played = await play(engine, next(given, killed.checkpoint));
  expect(finalText(played)).toBe('so be it');
  expect(existsSync(victim)).toBe(false);
});

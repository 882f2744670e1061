import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentEngine } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionIdOf } from '../src/turns/record/session-id.js';
import { continueSession, statusOfSession } from './support/sessions.js';
import { finalText, lastPrompt, message, play, script, streamedText } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

let workspace: TestWorkspace;
let model: ScriptedModel;
let engine: AgentEngine & AsyncDisposable;
const options = { systemPrompt: 'You are the harbour master.' };

beforeAll(async () => {
  workspace = await makeWorkspace();
  model = await startScriptedModel();
  engine = await openEngine(workspace, model, options);
});

afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await model?.stop();
  await workspace?.[Symbol.asyncDispose]();
});

test('streams the answer word by word, and the system prompt reaches the model', async () => {
  const played = await play(engine, message(script({ text: 'one two three four', chunkMs: 20 })));
  expect(finalText(played)).toBe('one two three four');
  expect(streamedText(played)).toBe('one two three four');
  expect(played.events.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(1);
  expect(lastPrompt(model)).toContain('You are the harbour master.');
});

test('a changed system prompt reaches the next turn of the same conversation', async () => {
  const contextId = randomUUID();
  await play(engine, message('good morning', contextId));
  expect(lastPrompt(model)).toContain('You are the harbour master.');
  options.systemPrompt = 'You are the lighthouse keeper.';
  await play(engine, message('good night', contextId));
  expect(lastPrompt(model)).toContain('You are the lighthouse keeper.');
  expect(lastPrompt(model)).not.toContain('harbour master');
});

test('reports thoughts, tool calls with their input, results with their output, and usage', async () => {
  const played = await play(
    engine,
    message(
      script(
        { think: 'I should look', text: 'let me look', tool: 'terminal', input: { command: 'echo from the tool' } },
        { text: 'it said $TOOL' },
      ),
    ),
  );
  const kinds = played.events.map(({ type }) => type);
  expect(kinds.slice(0, 1)).toEqual(['started']);
  expect(played.events).toContainEqual({ type: 'reasoning-delta', text: 'I should look' });
  const call = played.events.find(({ type }) => type === 'tool-call');
  expect(call).toMatchObject({ name: 'terminal', input: { command: 'echo from the tool' } });
  const result = played.events.find(({ type }) => type === 'tool-result');
  expect(result).toMatchObject({ id: (call as { id: string }).id, ok: true, output: { output: 'from the tool' } });
  expect(kinds.indexOf('tool-call')).toBeLessThan(kinds.indexOf('tool-result'));
  expect(kinds.indexOf('tool-result')).toBeLessThan(kinds.lastIndexOf('text-delta'));
  const usage = played.events.find((event) => event.type === 'usage');
  expect(usage?.inputTokens).toBeGreaterThan(0);
  expect(finalText(played)).toContain('from the tool');
  // Interim text is not part of the answer. The thought that Hermes announces as available repeats the answer.
  expect(streamedText(played)).toBe(finalText(played));
  expect(played.events.filter(({ type }) => type === 'reasoning-delta')).toHaveLength(1);
});

test('a failing tool is reported as failed', async () => {
  const played = await play(
    engine,
    message(script({ tool: 'terminal', input: { command: 'exit 3' } }, { text: 'it failed' })),
  );
  expect(played.events.find(({ type }) => type === 'tool-result')).toMatchObject({ ok: false });
  expect(finalText(played)).toBe('it failed');
});

test('the agent works in the working directory', async () => {
  await play(engine, message(script({ tool: 'terminal', input: { command: 'echo here > made.txt' } }, { text: 'ok' })));
  expect(await readFile(join(workspace.workDir, 'made.txt'), 'utf8')).toBe('here\n');
});

test('remembers the context of the turn, and no other', async () => {
  const contextId = randomUUID();
  await play(engine, message('the password is swordfish', contextId));
  await play(engine, message('another thing', contextId));
  await play(engine, message('what was it?', contextId));
  const own = lastPrompt(model);
  expect(own).toContain('swordfish');
  expect(own).toContain('echo: another thing');
  await play(engine, message('what was it?'));
  expect(lastPrompt(model)).not.toContain('swordfish');
});

test("the caller's history is used only if Hermes has no session for the context", async () => {
  await play(
    engine,
    message('and now?', randomUUID(), {
      history: [
        ['user', 'my name is Ada'],
        ['agent', 'hello Ada'],
      ],
    }),
  );
  const { messages } = JSON.parse(lastPrompt(model)) as { messages: { role: string; content: string }[] };
  expect(messages.slice(1).map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(messages[1]?.content).toBe('my name is Ada');
});

test("the agent receives the paths of a message's files in the working directory, and its tools read them", async () => {
  const path = join(workspace.workDir, 'inbox', '0123', 'notes.txt');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'heron');
  const words = script({ tool: 'terminal', input: { command: 'cat inbox/*/notes.txt' } }, { text: 'it says $TOOL' });
  const turn = message(words, randomUUID(), {
    parts: [
      { kind: 'text', text: words },
      { kind: 'file', name: '../../notes.txt', mediaType: 'text/plain', data: 'aGVyb24=', path },
      { kind: 'file', name: 'far.pdf', url: 'https://example.com/far.pdf' },
      { kind: 'data', data: { answer: 42 } },
    ],
  });
  expect(finalText(await play(engine, turn))).toContain('heron');
  const told = lastPrompt(model);
  expect(told).toContain('File sent along (text/plain), saved in the working directory as: inbox/0123/notes.txt');
  expect(told).toContain('File sent along: https://example.com/far.pdf');
  expect(told).toContain(JSON.stringify('{"answer":42}').slice(1, -1));
  expect(await readdir(dirname(dirname(path)))).toEqual(['0123']);
});

test('turns of several contexts run at the same time', async () => {
  const started: string[] = [];
  const turns = ['left', 'right'].map((name) =>
    play(engine, message(script({ text: `${name} one two three`, chunkMs: 300 })), {
      onEvent: ({ type }) => {
        if (type === 'started' || type === 'finish') started.push(type);
      },
    }),
  );
  const played = await Promise.all(turns);
  expect(played.map(finalText)).toEqual(['left one two three', 'right one two three']);
  expect(started).toEqual(['started', 'started', 'finish', 'finish']);
});

test('returns the transcript in pages', async () => {
  const contextId = randomUUID();
  await play(engine, message('first', contextId));
  await play(engine, message('second', contextId));
  const page = await engine.transcript?.({ contextId, since: 0, limit: 3 });
  expect(page?.entries.map(({ role, text }) => [role, text])).toEqual([
    ['user', 'first'],
    ['assistant', 'echo: first'],
    ['user', 'second'],
  ]);
  expect(page?.more).toBe(true);
  expect(page?.entries[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT/);
  const rest = await engine.transcript?.({ contextId, since: page?.next ?? 0, limit: 10 });
  expect(rest).toMatchObject({ entries: [{ role: 'assistant', text: 'echo: second' }], more: false, next: 4 });
  expect(await engine.transcript?.({ contextId: 'unknown', since: 0, limit: 10 })).toEqual({
    entries: [],
    next: 0,
    more: false,
  });
});

test('reports that it is healthy', async () => {
  expect(await engine.check?.()).toMatchObject({ ok: true });
});

test('forgets a conversation: Hermes has no session of it, and no record of its last turn stays', async () => {
  const contextId = randomUUID();
  await play(engine, message('my cat is Tom', contextId));
  const turns = join(workspace.stateDir, 'hermes', 'turns');
  const before = await readdir(turns);
  await engine.forget?.(contextId);
  expect(before.length - (await readdir(turns)).length).toBe(1);
  expect(await engine.transcript?.({ contextId, since: 0, limit: 10 })).toMatchObject({ entries: [] });
  expect(await statusOfSession(workspace, sessionIdOf('test', contextId))).toBe(404);
  await play(engine, message('good day', contextId));
  expect(lastPrompt(model)).not.toContain('Tom');
});

test('forgets every part of a conversation that Hermes has compressed', async () => {
  const contextId = randomUUID();
  await play(engine, message('my cat is Tom', contextId));
  const id = sessionIdOf('test', contextId);
  continueSession(workspace, id, `${id}-2`, 'my dog is Rex');
  continueSession(workspace, `${id}-2`, `${id}-3`, 'my horse is Max');
  expect(JSON.stringify(await engine.transcript?.({ contextId, since: 0, limit: 10 }))).toContain('Max');
  await engine.forget?.(contextId);
  for (const session of [id, `${id}-2`, `${id}-3`]) expect(await statusOfSession(workspace, session)).toBe(404);
});

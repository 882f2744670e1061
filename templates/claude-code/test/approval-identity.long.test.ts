// Which call an approval is valid for. Each test names the fault that it prevents: providers repeat call ids in each answer.
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Approval, type AskedCall } from '../src/permissions/approval.js';
import { answerOf, answerTurn, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.stop());

const ID = 'toolu_1';
const call = (tool: string, input: object) => ({ tools: [{ id: ID, tool, input }] });
const bash = (command: string) => call('Bash', { command });
const log = (word: string) => bash(`echo ${word} >> log`);

const readLog = (workspace: TestWorkspace) =>
  readFile(join(workspace.workDir, 'log'), 'utf8').catch((error: NodeJS.ErrnoException) => error.code);

test('an approval does not allow another call with the same id', async () => {
  await using workspace = await makeWorkspace();
  const steps = [call('Write', { file_path: 'harmless.txt', content: 'ok' })];
  const evil = call('Write', { file_path: 'evil.txt', content: 'never approved' });
  const turn = messageTurn('c', script(...steps, evil, { text: 'done' }));
  const asked = await askIn(workspace, turn);
  const again = await askIn(workspace, answerTurn(turn, asked, { choice: 'allow' }));
  expect(again.tool).toMatchObject({ name: 'Write', input: { file_path: expect.stringContaining('evil.txt') } });
  expect(again.requestId).not.toBe(asked.requestId);
  await access(join(workspace.workDir, 'harmless.txt'));
  await expect(access(join(workspace.workDir, 'evil.txt'))).rejects.toThrow('ENOENT');
});

test('an approval is valid for one tool and one input, for no subagent, with any id', () => {
  const allowed = { id: ID, name: 'Write', input: { file_path: 'a.txt', content: 'x' } };
  const take = (asked: Partial<AskedCall>) =>
    new Approval({ call: allowed, decision: { kind: 'allow' } }).take({ ...allowed, ...asked })?.kind;
  expect(take({ input: { content: 'x', file_path: 'a.txt' } })).toBe('allow');
  expect(take({ name: 'Bash' })).toBeUndefined();
  expect(take({ id: 'toolu_2' })).toBeUndefined();
  expect(take({ input: { file_path: 'a.txt', content: 'y' } })).toBeUndefined();
  expect(take({ agentId: 'helper' })).toBeUndefined();
});

test('an approval is valid once: a call with the same id and input needs a new one', async () => {
  await using workspace = await makeWorkspace();
  const turn = messageTurn('c', script(log('one'), log('one'), { text: 'twice' }));
  const asked = await askIn(workspace, turn);
  const again = await askIn(workspace, answerTurn(turn, asked, { choice: 'allow' }));
  expect(again.requestId).not.toBe(asked.requestId);
  expect(await readLog(workspace)).toBe('one\n');
});

test('a denial is valid once: if the call is made again with its id, it needs an approval again', async () => {
  await using workspace = await makeWorkspace();
  const turn = messageTurn('c', script(log('one'), log('one'), { text: 'never' }));
  const asked = await askIn(workspace, turn);
  await askIn(workspace, answerTurn(turn, asked, { choice: 'deny' }));
  expect(await readLog(workspace)).toBe('ENOENT');
});

test('an answer to a withdrawn call does not approve a later call with the same id', async () => {
  await using workspace = await makeWorkspace();
  const first = messageTurn('c', script(log('harmless'), { text: 'never' }));
  const asked = await askIn(workspace, first);
  const second = messageTurn('c', script(log('evil'), { text: 'never' }));
  await askIn(workspace, second);
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  await expect(run(engine, answerTurn(first, asked, { choice: 'allow' }))).rejects.toMatchObject({ code: 'lost' });
  expect(await readLog(workspace)).toBe('ENOENT');
});

test('an approved call runs although an earlier turn has a result with its id', async () => {
  await using workspace = await makeWorkspace();
  const config = { permissions: { allow: ['Bash(echo free >> log)'] } };
  {
    await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
    await run(engine, messageTurn('c', script(log('free'), { text: 'done' })));
  }
  const turn = messageTurn('c', script(log('asked'), { text: 'so be it' }));
  const asked = await askIn(workspace, turn, config);
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const events = await run(engine, answerTurn(turn, asked, { choice: 'allow' }));
  expect(await readLog(workspace)).toBe('free\nasked\n');
  expect(answerOf(events)).toBe('so be it');
});

test('an approval is not valid for a subagent’s call with the same id and input', async () => {
  await using workspace = await makeWorkspace();
  const config = { permissions: { allow: ['Agent'] } };
  const prompt = script(log('one'), { text: 'reported' });
  const input = { description: 'help', prompt, subagent_type: 'general-purpose' };
  const turn = messageTurn('c', script(log('one'), { tool: 'Agent', input }, { text: 'done' }));
  const asked = await askIn(workspace, turn, config);
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const events = await run(engine, answerTurn(turn, asked, { choice: 'allow' }));
  expect(answerOf(events)).toBe('done');
  expect(await readLog(workspace)).toBe('one\n');
});

test('a deny rule that was added while the call waited refuses it, even after an approval', async () => {
  await using workspace = await makeWorkspace();
  const turn = messageTurn('c', script(log('one'), { text: 'then: $TOOL' }));
  const asked = await askIn(workspace, turn);
  const config = { permissions: { deny: ['Bash'] } };
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const events = await run(engine, answerTurn(turn, asked, { choice: 'allow' }));
  expect(answerOf(events)).toContain('do not allow Bash');
  expect(await readLog(workspace)).toBe('ENOENT');
});

test('calls with one id in one turn are distinguished', async () => {
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, {
    endpoint: model.endpoint,
    config: { permissions: { allow: ['Bash'] } },
  });
  const events = await run(engine, messageTurn('c', script(bash('echo a'), bash('echo b'), { text: 'done' })));
  const ids = only(events, 'tool-call').map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  expect(only(events, 'tool-result').map(({ id, output }) => [id, output])).toEqual([
    [ids[0], 'a'],
    [ids[1], 'b'],
  ]);
});

/** Runs a turn that ends with a request, in an engine that is closed afterwards. */
async function askIn(workspace: TestWorkspace, turn: Parameters<typeof run>[1], config?: unknown) {
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const [asked] = only(await run(engine, turn), 'input-required');
  if (asked === undefined) throw new Error('the turn must end with input-required');
  return asked;
}

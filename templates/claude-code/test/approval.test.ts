import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { processesWith } from './support/processes.js';
import { lastUserText, requestBodies } from './support/requests.js';
import { answerOf, answerTurn, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

const TOUCH = { tool: 'Bash', input: { command: 'touch made' } };

const exists = (workspace: TestWorkspace, name: string) =>
  access(join(workspace.workDir, name)).then(
    () => true,
    () => false,
  );

test('a call asks for approval, holds no process while it waits, and runs unchanged in another engine after the approval', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const turn = messageTurn('c', script({ text: 'I will make it.', ...TOUCH }, { text: 'made it: $TOOL' }));
  const asked = await askIn(workspace, model, turn);
  expect(asked).toMatchObject({
    request: 'approval',
    tool: { name: 'Bash', input: { command: 'touch made' } },
    choices: [{ id: 'allow' }, { id: 'deny' }],
  });
  expect(asked.prompt).toContain('touch made');
  expect(await processesWith(workspace.root)).toEqual([]);
  expect(await exists(workspace, 'made')).toBe(false);
  await using engine = await makeEngine(workspace, model);
  const events = await run(engine, answerTurn(turn, asked, { choice: 'allow' }));
  const calls = only(events, 'tool-call');
  expect(calls).toMatchObject([{ name: 'Bash', input: { command: 'touch made' } }]);
  expect(only(events, 'tool-result')[0]).toMatchObject({ id: calls[0]?.id, ok: true });
  expect(answerOf(events)).toContain('made it');
  expect(await exists(workspace, 'made')).toBe(true);
  expect(requestBodies(model)).toHaveLength(2);
});

test('a denied call does not run, and the model receives the reason', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const turn = messageTurn('c', script(TOUCH, { text: 'then: $TOOL' }));
  const asked = await askIn(workspace, model, turn);
  await using engine = await makeEngine(workspace, model);
  const events = await run(engine, answerTurn(turn, asked, { text: 'not on a Sunday' }));
  expect(answerOf(events)).toContain('not on a Sunday');
  expect(await exists(workspace, 'made')).toBe(false);
});

test('an approval is valid for one call', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const turn = messageTurn('c', script(TOUCH, TOUCH, { text: 'twice' }));
  const asked = await askIn(workspace, model, turn);
  await using engine = await makeEngine(workspace, model);
  const events = await run(engine, answerTurn(turn, asked, { choice: 'allow' }));
  const [again] = only(events, 'input-required');
  expect(again?.requestId).not.toBe(asked.requestId);
  expect(again?.tool).toMatchObject({ input: { command: 'touch made' } });
});

test('a plain message withdraws a waiting call: the call never runs, the model is informed, and a later answer is lost', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const turn = messageTurn('c', script(TOUCH, { text: 'made it' }));
  const asked = await askIn(workspace, model, turn);
  await using engine = await makeEngine(workspace, model);
  const events = await run(engine, messageTurn('c', script({ text: 'as you wish' })));
  expect(answerOf(events)).toBe('as you wish');
  expect(lastUserText(model)).toContain('did not run');
  expect(requestBodies(model)).toHaveLength(2);
  await expect(run(engine, answerTurn(turn, asked, { choice: 'allow' }))).rejects.toMatchObject({ code: 'lost' });
  await run(engine, messageTurn('c', 'hello'));
  expect(await exists(workspace, 'made')).toBe(false);
});

test('of two calls in one message one asks for approval, the other is deferred, and neither is lost', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const other = { tool: 'Bash', input: { command: 'touch other' } };
  const turn = messageTurn('c', script({ tools: [TOUCH, other] }, other, { text: 'both' }));
  const asked = await askIn(workspace, model, turn);
  expect(asked.tool).toMatchObject({ input: { command: 'touch made' } });
  await using engine = await makeEngine(workspace, model);
  const [next] = only(await run(engine, answerTurn(turn, asked, { choice: 'allow' })), 'input-required');
  if (next === undefined) throw new Error('the second call must be asked for');
  expect(lastUserText(model)).toContain('completed with no output');
  const events = await run(engine, answerTurn(turn, next, { choice: 'allow' }));
  expect(answerOf(events)).toBe('both');
  expect((await readdir(workspace.workDir)).sort()).toEqual(['made', 'other']);
});

test('questions reach the person with their choices, and can be answered in another engine', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = [
    { label: 'red', description: 'like fire' },
    { label: 'blue', description: 'like ice' },
  ];
  const question = { question: 'Which colour?', header: 'Colour', multiSelect: false, options };
  const ask = { tool: 'AskUserQuestion', input: { questions: [question] } };
  const turn = messageTurn('c', script(ask, { text: 'so: $TOOL' }));
  const asked = await askIn(workspace, model, turn);
  expect(asked).toMatchObject({ request: 'question', choices: [{ id: 'red' }, { id: 'blue' }] });
  expect(asked.prompt).toContain('Which colour?');
  await using engine = await makeEngine(workspace, model);
  const file = { kind: 'file', name: 'a.txt', data: 'eA==', path: '/agent/inbox/0123/a.txt' } as const;
  const answer = answerTurn(turn, asked, { choice: 'blue', parts: [file] });
  expect(answerOf(await run(engine, answer))).toContain('="blue\n(file: /agent/inbox/0123/a.txt)"');
});

test('several questions of one call are asked at once, and each gets its own answer', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = ['red', 'blue'].map((label) => ({ label, description: `like ${label}` }));
  const question = (text: string, multiSelect = false) => ({ question: text, header: 'Of it', multiSelect, options });
  const questions = [question('Which colour?'), question('Which others?', true)];
  const turn = messageTurn('c', script({ tool: 'AskUserQuestion', input: { questions } }, { text: 'so: $TOOL' }));
  const asked = await askIn(workspace, model, turn);
  expect(asked).toMatchObject({ request: 'question', choices: [{ id: 'red' }, { id: 'blue' }] });
  expect(asked.also).toMatchObject([{ request: 'question', prompt: expect.stringContaining('Which others?') }]);
  expect(asked.also?.[0]?.choices).toBeUndefined();
  const second = asked.also?.[0]?.requestId ?? '';
  await using engine = await makeEngine(workspace, model);
  const single = answerTurn(turn, asked, { choice: 'blue' });
  const message = { messageId: single.messageId, parts: single.parts };
  const answers = [
    { requestId: asked.requestId, choice: 'blue', text: '', ...message },
    { requestId: second, text: 'red and green', ...message },
  ];
  const said = answerOf(await run(engine, { ...single, answers }));
  expect(said).toContain('"Which colour?"="blue"');
  expect(said).toContain('"Which others?"="red and green"');
});

test('a subagent is shown as progress and cannot ask: its calls that need approval are refused', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const prompt = script(TOUCH, { text: 'reported' });
  const input = { description: 'help', prompt, subagent_type: 'general-purpose' };
  const config = { permissions: { allow: ['Agent'] } };
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const events = await run(engine, messageTurn('c', script({ tool: 'Agent', input }, { text: 'main: $TOOL' })));
  const [call] = only(events, 'tool-call');
  expect(only(events, 'tool-progress')).toContainEqual({
    type: 'tool-progress',
    id: call?.id,
    message: 'Bash {"command":"touch made"}',
  });
  expect(JSON.stringify(requestBodies(model))).toContain('a subagent cannot ask');
  expect(answerOf(events)).toContain('main:');
  expect(await exists(workspace, 'made')).toBe(false);
});

/** Runs a turn that ends with a request, in an engine that is closed afterwards. */
async function askIn(
  workspace: TestWorkspace,
  model: Parameters<typeof makeEngine>[1],
  turn: ReturnType<typeof messageTurn>,
) {
  await using engine = await makeEngine(workspace, model);
  const [asked] = only(await run(engine, turn), 'input-required');
  if (asked === undefined) throw new Error('the turn must end with input-required');
  return asked;
}

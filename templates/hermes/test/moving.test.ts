import { startScriptedModel, testStore } from '@molecule/adapters/testing';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { answer, finalText, lastPrompt, message, next, play, question, script } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

const model = await startScriptedModel();
afterAll(() => model.stop());

/** Two machines, each with a Hermes of its own. They share the engine store only. */
let here: TestWorkspace;
let there: TestWorkspace;
beforeEach(async () => {
  [here, there] = [await makeWorkspace(), await makeWorkspace()];
});
afterEach(async () => {
  for (const each of [here, there]) await each[Symbol.asyncDispose]();
});

test('what was said is handed to a run on another machine, and to one that comes back', async () => {
  const store = testStore();
  await using first = await openEngine(here, model, { store });
  await using second = await openEngine(there, model, { store });
  const words = ['heron', 'magpie', 'wren', 'robin'];
  for (const [index, word] of words.entries()) {
    const engine = [first, second, second, first][index] ?? first;
    const steps = [{ tool: 'terminal', input: { command: 'true' } }, { text: `noted: ${word}` }];
    finalText(await play(engine, message(script(...steps), 'c')));
  }
  finalText(await play(second, message(script({ text: 'all of them' }), 'c')));
  expect(lastPrompt(model)).toMatch(/noted: heron.*noted: magpie.*noted: wren.*noted: robin/);
  const page = await first.transcript?.({ contextId: 'c', since: 0, limit: 100 });
  const answers = page?.entries.filter(({ role }) => role === 'assistant').map(({ text }) => text);
  expect(answers).toEqual([...words.map((word) => `noted: ${word}`), 'all of them']);

  await second.forget?.('c');
  expect(await first.transcript?.({ contextId: 'c', since: 0, limit: 100 })).toMatchObject({ entries: [] });
  finalText(await play(first, message(script({ text: 'begun again' }), 'c')));
  expect(lastPrompt(model)).not.toContain('heron');
});

test('a turn that began on another machine begins again, and a question of another machine is lost', async () => {
  const store = testStore();
  await using first = await openEngine(here, model, { store });
  await using second = await openEngine(there, model, { store });
  finalText(await play(second, message(script({ text: 'noted: magpie' }), 'c')));
  const turn = message(script({ tool: 'terminal', input: { command: 'rm -rf ./gone' } }, { text: 'done' }), 'c');
  const asked = await play(first, turn);
  expect(question(asked).tool).toMatchObject({ name: 'terminal' });
  const lost = await play(second, answer(turn, asked, 'yes', 'once'));
  expect(lost.error).toMatchObject({ code: 'lost' });
  const continued = await play(second, next(turn, asked.checkpoint));
  expect(continued.error).toMatchObject({ code: 'nothing-to-continue' });
  const again = await play(second, { ...turn, attempt: 3, text: script({ text: 'again' }) });
  expect(finalText(again)).toBe('again');
  expect(lastPrompt(model)).toContain('noted: magpie');
});

test('a conversation of an earlier version, which only Hermes has, is taken over', async () => {
  {
    await using engine = await openEngine(here, model);
    finalText(await play(engine, message(script({ text: 'noted: heron' }), 'c')));
  }
  const store = testStore();
  await using first = await openEngine(here, model, { store });
  finalText(await play(first, message(script({ text: 'noted: magpie' }), 'c')));
  expect(lastPrompt(model)).toContain('noted: heron');
  await using second = await openEngine(there, model, { store });
  finalText(await play(second, message(script({ text: 'both' }), 'c')));
  expect(lastPrompt(model)).toMatch(/noted: heron.*noted: magpie/);
});

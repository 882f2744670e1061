import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEngine, UsageEvent } from '@molecule/adapters';
import { type ScriptedModel, type ScriptStep, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../src/turns/run/outcome.js';
import { StreamedText } from '../src/turns/run/streamed-text.js';
import { finalText, lastPrompt, message, type Played, play, script } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

let workspace: TestWorkspace;
let model: ScriptedModel;
let engine: AgentEngine & AsyncDisposable;

beforeAll(async () => {
  workspace = await makeWorkspace();
  model = await startScriptedModel();
  engine = await openEngine(workspace, model, { settings: { max_steps: 8 } });
});

afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await model?.stop();
  await workspace?.[Symbol.asyncDispose]();
});

const again = (count: number, step: ScriptStep): ScriptStep[] => Array.from({ length: count }, () => step);
const steps = (count: number): ScriptStep[] =>
  Array.from({ length: count }, (_, index) => ({ tool: 'terminal', input: { command: `echo ${index}` } }));

/** The end of a turn, as a caller receives it. */
function endOf({ events, error }: Played): unknown {
  const last = events.at(-1);
  if (error === undefined) return last?.type === 'finish' ? { text: last.text, reason: last.reason ?? 'stop' } : last;
  const { code, retryable } = error as { code: string; retryable: boolean };
  return { code, retryable };
}

test.each<[what: string, script: ScriptStep[], end: object]>([
  ['a whole answer', [{ text: 'all of it' }], { text: 'all of it', reason: 'stop' }],
  [
    'an answer that a limit cuts, and that Hermes continues',
    [{ text: 'one', stop: 'length' }, { text: ' two' }],
    { text: 'one two', reason: 'stop' },
  ],
  [
    'an answer that a limit cuts again and again',
    again(5, { text: 'on and on ', stop: 'length' }),
    { text: expect.stringMatching(/^(on and on ?)+$/), reason: 'length' },
  ],
  [
    'an answer that a filter withholds in part',
    [{ text: 'I will', stop: 'content_filter' }],
    { text: 'I will', reason: 'content-filter' },
  ],
  [
    'an answer that a filter withholds completely',
    [{ text: '', stop: 'content_filter' }],
    { text: "The model's provider withheld the answer.", reason: 'content-filter' },
  ],
  ['an empty answer', [{ text: '' }, ...again(4, { text: '' })], { code: 'empty-answer', retryable: false }],
  [
    'an empty answer after a tool',
    [...steps(1), ...again(5, { text: '' })],
    { code: 'empty-answer', retryable: false },
  ],
  [
    'a stream that is cut',
    again(4, { text: 'one two three four five six', cut: 3 }),
    { code: 'unavailable', retryable: true },
  ],
  [
    'the maximum number of steps, and a summary',
    [...steps(8), { text: 'this far' }],
    { text: 'this far', reason: 'tool-limit' },
  ],
  ['as many steps as are allowed, and no summary', steps(10), { code: 'too-many-steps', retryable: false }],
  [
    'a tool that does not exist, again and again',
    again(8, { tool: 'no_such_tool' }),
    { code: 'internal', retryable: false },
  ],
])('%s', async (_, steps, end) => {
  const played = await play(engine, message(script(...steps)));
  expect(endOf(played)).toEqual(end);
  // For each kind of end, usage is reported once.
  const used = played.events.filter(({ type }) => type === 'usage');
  expect(used.length).toBeLessThanOrEqual(1);
});

test('a tool call that the output limit has cut is not run', async () => {
  const cut = { tool: 'terminal', input: { command: 'touch half' }, stop: 'length' };
  const played = await play(engine, message(script(...again(6, cut))));
  expect(endOf(played)).toMatchObject({ reason: 'length' });
  expect(existsSync(join(workspace.workDir, 'half'))).toBe(false);
});

test('usage includes all model calls, also those that Hermes continues', async () => {
  const used = async (...steps: ScriptStep[]) => {
    const { events } = await play(engine, message(script(...steps)));
    return events.find((event): event is UsageEvent => event.type === 'usage');
  };
  const once = await used({ text: 'one two three' });
  const twice = await used({ text: 'one two three', stop: 'length' }, { text: ' four five six' });
  expect(twice?.outputTokens).toBeGreaterThanOrEqual((once?.outputTokens ?? 0) * 2);
  expect(twice?.inputTokens).toBeGreaterThan((once?.inputTokens ?? 0) * 1.9);
});

test('a message that the provider refused does not end the conversation', async () => {
  const refused = message(script({ status: 400, errorText: 'image/heic is not supported' }));
  expect((await play(engine, refused)).error).toMatchObject({ code: 'invalid-request', retryable: false });
  expect(finalText(await play(engine, message(script({ text: 'still here' }), refused.contextId)))).toBe('still here');
  expect(lastPrompt(model)).toContain('A message was here that the provider of the model has refused.');
  expect(lastPrompt(model)).not.toContain('image/heic');
});

test("Hermes' own messages are not an answer, even without the plugin that records how a run ended", () => {
  const run = (output: string) => () => outcomeOf({ status: 'completed', output }, undefined);
  const word = (what: string) => `\u26a0\ufe0f No reply: ${what}. Send \`continue\`.`;
  expect(run(word('the model returned empty content after retries'))).toThrow('empty answer');
  expect(run(word('the maximum tool-iteration limit was reached'))).toThrow('bound of steps');
  expect(run(word('all API retries were exhausted'))).toThrow('gave no answer');
  expect(run(`The\n\n${word('streaming stopped early')}`)).toThrow('broke off');
  expect(run(word('the request was interrupted mid-call'))).toThrow('stopped');
  expect(run("I reached the iteration limit and couldn't generate a summary.")).toThrow('bound of steps');
  expect(run('(empty)')).toThrow('empty answer');
  expect(run(`This far.\n\n${word('the maximum tool-iteration limit was reached')}`)()).toEqual({
    text: 'This far.',
    reason: 'tool-limit',
  });
  expect(run('No reply: not one of ours')()).toEqual({ text: 'No reply: not one of ours', reason: 'stop' });
});

test('no half of a code point is sent, however the pieces are cut', () => {
  const text = new StreamedText();
  const pieces = [...'a\u{1F600}b\u{1F600}'.split(''), '\uD83D'].flatMap((unit) => text.add(unit));
  const told = pieces.map((event) => (event.type === 'text-delta' ? event.text : ''));
  expect(told).toEqual(['a', '\u{1F600}', 'b', '\u{1F600}']);
});

test('a model that repeats the same call id in each answer receives the result of each call', async () => {
  const call = (command: string): ScriptStep => ({ tools: [{ tool: 'terminal', input: { command }, id: 'call_1' }] });
  const played = await play(
    engine,
    message(script(call('echo fir""st'), call('echo sec""ond'), { text: 'heard $TOOL' })),
  );
  expect(finalText(played)).toMatch(/^heard .*second/);
});

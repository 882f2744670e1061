// The ways in which a model's answer can end, with the real Claude Code. Each row names the fault that it prevents.
import type { EngineError, TurnEvent } from '@molecule/adapters';
import { type ScriptedModel, type ScriptStep, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestBodies } from './support/requests.js';
import { answerOf, continueTurn, controls, deltas, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

let model: ScriptedModel;
let workspace: TestWorkspace;
beforeAll(async () => {
  model = await startScriptedModel();
  workspace = await makeWorkspace();
});
afterAll(async () => {
  await model.stop();
  await workspace[Symbol.asyncDispose]();
});

interface Ended {
  readonly events: readonly TurnEvent[];
  readonly error: EngineError | undefined;
  /** Model calls of the turn. */
  readonly calls: number;
}

/** If an answer was cut, Claude Code asks up to four times. */
const always = (step: ScriptStep): readonly ScriptStep[] => Array(4).fill(step);

let contexts = 0;

/** Runs two turns in a new context: the result of the first must not end the conversation. */
async function end(...steps: readonly ScriptStep[]): Promise<Ended> {
  contexts += 1;
  const contextId = `context-${contexts}`;
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: CONFIG });
  const before = requestBodies(model).length;
  const ended = await endTurn(engine, messageTurn(contextId, script(...steps)));
  const calls = requestBodies(model).length - before;
  expect(answerOf(await run(engine, messageTurn(contextId, script({ text: 'And on it goes.' }))))).toBe(
    'And on it goes.',
  );
  return { ...ended, calls };
}

const CONFIG = { max_retries: 1, permissions: { allow: ['Bash'] } };

async function endTurn(engine: Awaited<ReturnType<typeof makeEngine>>, turn: Parameters<typeof run>[1]) {
  const events: TurnEvent[] = [];
  try {
    for await (const event of engine.runTurn(turn, controls())) events.push(event);
  } catch (error) {
    return { events, error: error as EngineError };
  }
  return { events, error: undefined };
}

const finish = (events: readonly TurnEvent[]) => only(events, 'finish')[0];

test('if a limit cuts an answer again and again, all its pieces are sent once as one cut answer, and the turn is not retried', async () => {
  const { events, error, calls } = await end(...always({ text: 'so long. ', stop: 'max_tokens' }));
  expect(error).toBeUndefined();
  expect(finish(events)).toMatchObject({ reason: 'length', text: expect.stringMatching(/^(so long\. ){2,}$/) });
  expect(deltas(events)).toBe(finish(events)?.text);
  // Claude Code asks the model three times to continue.
  expect(calls).toBeLessThanOrEqual(4);
});

test('an answer that is cut by a limit and then continued is complete', async () => {
  const { events, calls } = await end(
    { text: 'The first half, ', stop: 'max_tokens', times: 1 },
    { text: 'the second.' },
  );
  expect([answerOf(events), deltas(events), calls]).toEqual([...Array(2).fill('The first half, the second.'), 2]);
  expect(finish(events)?.reason).toBeUndefined();
});

test('a refusal is reported as a refusal, not as a failure of the provider', async () => {
  const { events, error, calls } = await end(...always({ text: 'I would rather not.', stop: 'refusal' }));
  expect(error).toBeUndefined();
  expect(finish(events)).toMatchObject({ reason: 'refusal', text: 'I would rather not.' });
  expect(calls).toBe(1);
});

test('an empty answer is reported as empty, and the conversation can continue', async () => {
  const { error, calls } = await end(...always({ text: ' ' }));
  expect(error).toMatchObject({ code: 'empty-answer', retryable: false });
  expect(calls).toBeLessThanOrEqual(2);
});

test.each<[string, ScriptStep, string, boolean]>([
  [
    'no credit',
    { status: 400, errorText: 'Your credit balance is too low to access the Anthropic API.' },
    'auth',
    false,
  ],
  ['402', { status: 402 }, 'auth', false],
  ['408', { status: 408 }, 'unavailable', true],
  ['413', { status: 413 }, 'invalid-request', false],
])('%s fails with the matching code', async (_, step, code, retryable) => {
  const { error } = await end(step);
  expect(error).toMatchObject({ code, retryable });
});

test('after a broken stream the complete answer is sent within the same turn', async () => {
  const { events } = await end({ text: 'The whole answer.', cut: 1, times: 1 });
  expect(answerOf(events)).toBe('The whole answer.');
});

test('if a provider asks to wait for hours, it is not called again after seconds', async () => {
  const { error, calls } = await end({ status: 429, retryAfter: 3600 });
  expect(error).toMatchObject({ code: 'rate-limit', retryable: true, retryAfterMs: 61_000 });
  expect(calls).toBe(1);
});

test('an overload within a stream names no wait, so the runtime may retry at once', async () => {
  const streamError = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const { error } = await end(...always({ text: '', streamError }));
  expect(error).toMatchObject({ code: 'overloaded', retryable: true });
  expect(error?.retryAfterMs).toBeUndefined();
});

test('when an answer is sent again, its finish reason is sent too', async () => {
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  const turn = messageTurn('again', script(...always({ text: 'so long. ', stop: 'max_tokens' })));
  const [told] = only(await run(engine, turn), 'finish');
  expect(finish(await run(engine, continueTurn(turn)))).toEqual(told);
});

test('if the halves of an emoji arrive in two pieces, the caller receives the emoji in one piece', async () => {
  const { events } = await end({ pieces: ['hi \uD83D', '\uDE00 there'] });
  expect(
    only(events, 'text-delta')
      .map(({ text }) => text)
      .join('|'),
  ).not.toMatch(/\p{Surrogate}/u);
  expect(answerOf(events)).toBe('hi 😀 there');
});

test('the usage of a failed turn is reported, including cached tokens', async () => {
  const usage = { input: 100, cached: 60, output: 7 };
  const first = { tool: 'Bash', input: { command: 'echo x' }, usage };
  const { events, error } = await end(first, { status: 400 });
  expect(error).toMatchObject({ code: 'invalid-request' });
  const sum = (field: 'inputTokens' | 'cachedInputTokens' | 'outputTokens') =>
    only(events, 'usage').reduce((total, event) => total + (event[field] ?? 0), 0);
  expect([sum('inputTokens'), sum('cachedInputTokens'), sum('outputTokens')]).toEqual([100, 60, 7]);
});

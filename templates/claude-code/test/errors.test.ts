import type { EngineError, TurnEvent } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestBodies } from './support/requests.js';
import { answerOf, continueTurn, controls, messageTurn, only, run, script } from './support/turns.js';
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

test.each([
  [429, 'rate-limit', true],
  [500, 'unavailable', true],
  [529, 'overloaded', true],
  [401, 'auth', false],
  [403, 'auth', false],
  [400, 'invalid-request', false],
  [404, 'invalid-request', false],
])('HTTP %i of the model is %s', async (status, code, retryable) => {
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: { max_retries: 0 } });
  const { error } = await fail(engine, script({ status, errorText: 'org-1234 at 10.0.0.7' }));
  expect(error).toMatchObject({ code, retryable });
  expect(error?.message).not.toMatch(/org-1234|10\.0\.0\.7|127\.0\.0\.1/);
  // For the log. For 404 Claude Code writes its own text.
  expect(String(error?.cause)).toContain(status === 404 ? 'selected model' : 'org-1234');
});

test('a refused key fails at once, with any number of retries', async () => {
  model.reset();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: { max_retries: 10 } });
  const { error } = await fail(engine, script({ status: 401 }));
  expect(error).toMatchObject({ code: 'auth', retryable: false });
  expect(requestBodies(model).length).toBeLessThanOrEqual(2);
});

test('a conversation that no longer fits has another code than other refused requests', async () => {
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: { max_retries: 0 } });
  const errorText = 'prompt is too long: 204800 tokens > 200000 maximum';
  const { error } = await fail(engine, script({ status: 400, errorText }));
  expect(error).toMatchObject({ code: 'context-overflow', retryable: false });
});

test('reports the wait that the provider requested', async () => {
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: { max_retries: 1 } });
  const { error, events } = await fail(engine, script({ status: 429, retryAfter: 2 }));
  expect(error?.code).toBe('rate-limit');
  // Claude Code adds some time to it, so that clients do not retry all at once.
  expect(error?.retryAfterMs).toBeGreaterThanOrEqual(2000);
  expect(error?.retryAfterMs).toBeLessThan(4000);
  expect(only(events, 'retry')[0]).toMatchObject({ reason: 'rate-limit', delayMs: error?.retryAfterMs });
});

test('a model call that fails once is repeated within the turn', async () => {
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  const events = await run(engine, messageTurn('once', script({ status: 529, times: 1, text: 'now I can' })));
  expect(only(events, 'retry')[0]?.reason).toBe('overloaded');
  expect(answerOf(events)).toBe('now I can');
});

test('a broken stream starts again, after a reset', async () => {
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  const { events, error } = await fail(engine, script({ text: 'one two three four', chunkMs: 100, cut: 3 }));
  expect(error).toMatchObject({ retryable: true });
  const types = events.map(({ type }) => type);
  expect(types.indexOf('reset')).toBeGreaterThan(types.indexOf('text-delta'));
});

test('a turn with too many steps fails', async () => {
  const config = { max_turns: 2, permissions: { allow: ['Bash'] } };
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const step = { tool: 'Bash', input: { command: 'echo x' } };
  const { error } = await fail(engine, script(step, step, step, { text: 'never' }));
  expect(error).toMatchObject({ code: 'too-many-steps', retryable: false });
});

test('a turn that failed with a temporary error continues, and its finished tools are not repeated', async () => {
  const config = { max_retries: 0, permissions: { allow: ['Bash'] } };
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config });
  const step = { tool: 'Bash', input: { command: 'echo x >> failed-once; wc -l < failed-once' } };
  const turn = messageTurn('go-on', script(step, { status: 529, times: 1, text: 'lines: $TOOL' }));
  await expect(run(engine, turn)).rejects.toMatchObject({ code: 'overloaded', retryable: true });
  expect(answerOf(await run(engine, continueTurn(turn)))).toBe('lines: 1');
});

async function fail(engine: Awaited<ReturnType<typeof makeEngine>>, text: string) {
  const events: TurnEvent[] = [];
  const turn = messageTurn(text, text);
  try {
    for await (const event of engine.runTurn(turn, controls())) events.push(event);
  } catch (error) {
    return { events, error: error as EngineError };
  }
  return { events, error: undefined };
}

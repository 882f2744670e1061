import type { AgentEngine } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runError } from '../src/api/api-error.js';
import { until } from './support/gateway.js';
import { message, play, script } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

let workspace: TestWorkspace;
let model: ScriptedModel;
let engine: AgentEngine & AsyncDisposable;

beforeAll(async () => {
  workspace = await makeWorkspace();
  model = await startScriptedModel();
  engine = await openEngine(workspace, model, { settings: { max_concurrent_runs: 1 } });
});

afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await model?.stop();
  await workspace?.[Symbol.asyncDispose]();
});

test.each([
  [400, 'invalid-request', false],
  [401, 'auth', false],
  [429, 'rate-limit', true],
  [500, 'unavailable', true],
  [529, 'overloaded', true],
] as const)('HTTP %i of the model becomes %s', async (status, code, retryable) => {
  const played = await play(engine, message(script({ status })));
  expect(played.error).toMatchObject({ code, retryable });
});

test('a conversation that no longer fits becomes context-overflow', async () => {
  const errorText = "This model's maximum context length is 100 tokens";
  const played = await play(engine, message(script({ status: 400, errorText })));
  expect(played.error).toMatchObject({ code: 'context-overflow', retryable: false });
});

test('one run more than Hermes accepts fails with rate-limit and the time to wait, and readiness reports it', async () => {
  const cancel = new AbortController();
  const slow = message(script({ text: 'a b c d e f g h i j', chunkMs: 1000 }));
  const running = play(engine, slow, { signal: cancel.signal });
  await until(() => model.live === 1, 'the first run to be at work');
  expect(await engine.check?.()).toMatchObject({ ok: false, detail: expect.stringContaining('1 of 1 runs in use') });
  const played = await play(engine, message('hello'));
  expect(played.error).toMatchObject({ code: 'rate-limit', retryable: true, retryAfterMs: 1000 });
  cancel.abort({ code: 'canceled', message: 'the caller canceled the task' });
  await running;
});

test('the text of a failed run determines the error code', () => {
  const codes = ['Error code: 503 - busy', 'Connection error.', 'Request timed out', 'something else'].map(
    (text) => runError(text).code,
  );
  expect(codes).toEqual(['overloaded', 'unavailable', 'unavailable', 'internal']);
  expect(runError('x'.repeat(2000)).message.length).toBeLessThan(600);
});

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEngine } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayOf, until } from './support/gateway.js';
import { answer, finalText, message, play, question, script } from './support/turns.js';
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

/** A turn that waits for a person. */
async function asking(where: AgentEngine = engine) {
  const victim = join(workspace.workDir, randomUUID());
  await writeFile(victim, 'precious');
  const command = `rm -rf ${victim}`;
  const turn = message(script({ tool: 'terminal', input: { command } }, { text: 'so be it' }));
  const asked = await play(where, turn);
  expect(question(asked).prompt).toContain(command);
  return { victim, turn, asked };
}

const inUse = async () => /(\d+) of \d+ runs in use/.exec((await engine.check?.())?.detail ?? '')?.[1];

test.each(['canceled', 'ended', 'withdrawn'] as const)(
  'a question of a task that is %s releases its run',
  async (reason) => {
    const { victim, turn, asked } = await asking();
    expect(await inUse()).toBe('1');
    const { taskId, contextId, messageId } = turn;
    const work = { taskId, contextId, messageId, requestId: question(asked).requestId, reason };
    await engine.abandon?.(work);
    expect(await inUse()).toBe('0');
    await engine.abandon?.(work); // The runtime calls it at least once, so possibly twice.
    expect((await play(engine, answer(turn, asked, 'yes', 'once'))).error).toMatchObject({ code: 'lost' });
    expect(existsSync(victim)).toBe(true);
  },
);

test('abandoning one turn does not affect the next turn of the conversation', async () => {
  const { turn, asked } = await asking();
  const { taskId, contextId } = turn;
  await engine.abandon?.({ taskId, contextId, messageId: 'an earlier one', reason: 'canceled' });
  expect(finalText(await play(engine, answer(turn, asked, 'no', 'deny')))).toBe('so be it');
});

test('an unanswered question releases its run for other turns, stays open, and accepts one answer', async () => {
  const { victim, turn, asked } = await asking();
  expect(await engine.check?.()).toMatchObject({ ok: true });
  expect(finalText(await play(engine, message('good morning')))).toBe('echo: good morning');
  expect(existsSync(victim)).toBe(true);
  const played = await play(engine, answer(turn, asked, 'yes', 'once'));
  expect(finalText(played)).toBe('so be it');
  expect(existsSync(victim)).toBe(false);
  expect(await inUse()).toBe('0');
  expect((await play(engine, answer(turn, asked, 'yes', 'once'))).error).toMatchObject({ code: 'lost' });
});

test('a denial is also valid for a question that has released its run', async () => {
  const { victim, turn, asked } = await asking();
  expect(finalText(await play(engine, message('good morning')))).toBe('echo: good morning');
  expect(finalText(await play(engine, answer(turn, asked, 'no', 'deny')))).toBe('so be it');
  expect(existsSync(victim)).toBe(true);
});

test('a run waits for a person no longer than the setting allows, and the question stays open', async () => {
  await using other = await makeWorkspace();
  const { port, apiKey } = await gatewayOf(workspace);
  const guest = await openEngine(other, model, {
    environment: { HERMES_API_BASE: `http://127.0.0.1:${port}`, HERMES_API_KEY: apiKey },
    settings: { approval_timeout_seconds: 0.2 },
  });
  const { turn, asked } = await asking(guest);
  await until(async () => (await inUse()) === '0', 'the run to be let go');
  expect(finalText(await play(guest, answer(turn, asked, 'no', 'deny')))).toBe('so be it');
});

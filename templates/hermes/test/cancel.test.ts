import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEngine } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel, testControls } from '@molecule/adapters/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processesWithEnvironment } from '../src/process/process-tree.js';
import { gatewayOf, until } from './support/gateway.js';
import { finalText, message, play, script } from './support/turns.js';
import { makeWorkspace, openEngine, type TestWorkspace } from './support/workspace.js';

let workspace: TestWorkspace;
let model: ScriptedModel;
let engine: AgentEngine & AsyncDisposable;

beforeAll(async () => {
  workspace = await makeWorkspace();
  model = await startScriptedModel();
  engine = await openEngine(workspace, model);
});

afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await model?.stop();
  await workspace?.[Symbol.asyncDispose]();
});

const reason = { code: 'canceled', message: 'the caller canceled the task' } as const;

test('a cancel in the middle of the text stops the model call, and no event follows', async () => {
  const cancel = new AbortController();
  let toldAfter = 0;
  const played = await play(engine, message(script({ text: 'a b c d e f g h', chunkMs: 300 })), {
    signal: cancel.signal,
    onEvent: ({ type }) => {
      if (cancel.signal.aborted) toldAfter += 1;
      if (type === 'text-delta') cancel.abort(reason);
    },
  });
  expect(played.error).toMatchObject({ code: 'canceled', message: reason.message, retryable: false });
  expect(toldAfter).toBe(0);
  await until(() => model.live === 0, 'the model call to be hung up');
});

test('a cancel ends all commands of the agent, and the context can continue', async () => {
  const cancel = new AbortController();
  const turn = message(script({ tool: 'terminal', input: { command: 'touch begun; sleep 300' } }, { text: 'never' }));
  const running = play(engine, turn, { signal: cancel.signal });
  await until(() => existsSync(join(workspace.workDir, 'begun')), 'the command to begin');
  cancel.abort(reason);
  expect((await running).error).toMatchObject({ code: 'canceled' });
  const { pid } = await gatewayOf(workspace);
  const home = join(workspace.stateDir, 'hermes', 'home');
  await until(
    async () => (await processesWithEnvironment({ HERMES_HOME: home })).every((id) => id === pid),
    'no command',
  );
  expect(finalText(await play(engine, message(script({ text: 'still here' }), turn.contextId)))).toBe('still here');
});

test('a cancel also ends processes that started a session of their own, and no process of another run', async () => {
  const started = (name: string) => existsSync(join(workspace.workDir, name));
  const daemon = (name: string) => message(script({ tool: 'terminal', input: { command: `sh daemon.sh ${name}` } }));
  // In a file, because Hermes refuses a command that starts such a process directly.
  await writeFile(join(workspace.workDir, 'daemon.sh'), 'setsid sleep 301 &\ntouch $1\nsleep 300\n');
  const cancels = [new AbortController(), new AbortController()] as const;
  const runs = cancels.map(({ signal }, index) => play(engine, daemon(`daemon-${index}`), { signal }));
  await until(() => started('daemon-0') && started('daemon-1'), 'both commands to begin');
  const home = join(workspace.stateDir, 'hermes', 'home');
  const all = await processesWithEnvironment({ HERMES_HOME: home });
  cancels[0].abort(reason);
  await runs[0];
  const left = await processesWithEnvironment({ HERMES_HOME: home });
  expect(left.length).toBeLessThan(all.length);
  expect(left.length).toBeGreaterThan(2);
  cancels[1].abort(reason);
  await runs[1];
  const { pid } = await gatewayOf(workspace);
  expect(await processesWithEnvironment({ HERMES_HOME: home })).toEqual([pid]);
});

test('a turn that is canceled before it begins does not reach Hermes', async () => {
  const before = model.requests.length;
  const played = await play(engine, message('hello'), { signal: AbortSignal.abort(reason) });
  expect(played).toMatchObject({ events: [], error: { code: 'canceled' } });
  expect(model.requests.length).toBe(before);
});

test('a turn whose events are no longer read is stopped', async () => {
  const controls = testControls();
  for await (const event of engine.runTurn(message(script({ text: 'a b c d e f', chunkMs: 500 })), controls)) {
    if (event.type === 'text-delta') break;
  }
  await until(() => model.live === 0, 'the model call to be hung up');
});

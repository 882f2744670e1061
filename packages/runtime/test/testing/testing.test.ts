import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { startRuntimeProcess, startTestRuntime, until } from '@molecule/runtime/testing';
import { expect, it } from 'vitest';
import { play, playAdapter } from '../support/play-adapter.js';

// The entry that templates' tests use, as it is built.

const ECHO_ADAPTER = new URL('../cli/echo-adapter.mjs', import.meta.url).href;

it('a test runtime answers, records its log, and continues its tasks after a restart', async () => {
  const { adapter, gates } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const { client } = runtime;
  const answered = await client.send('hello', { contextId: 'a context' });
  expect(answered).toMatchObject({ contextId: 'a context', state: 'completed', text: 'echo: hello', files: {} });
  expect(runtime.logs.length).toBeGreaterThan(0);

  const asked = await client.send(play({ ask: 'Which?' }));
  expect(asked).toMatchObject({ state: 'input-required', text: 'Which?' });
  await using again = await runtime.restart();
  const { id: taskId, contextId } = asked;
  expect(await again.client.send('this', { taskId, contextId })).toMatchObject({ id: taskId, text: 'answered: this' });

  const begun = await again.client.begin(play({ gate: 'open' }, { say: 'through' }));
  expect((await again.client.waitFor(begun.id, 'working')).state).toBe('working');
  gates.open('open');
  expect(await again.client.waitFor(begun.id, 'completed')).toMatchObject({ text: 'through' });

  const failed = await again.client.send(play({ fail: 'auth' }));
  expect(failed).toMatchObject({ state: 'failed', code: 'ENGINE_AUTH' });
  const stuck = await again.client.begin(play({ gate: 'never' }));
  expect(await again.client.cancel(stuck.id)).toMatchObject({ state: 'canceled' });
  await expect(again.client.task('no such task')).rejects.toThrow('GetTask was refused');
});

it('a scripted model is found under the usual variables', async () => {
  await using model = await startScriptedModel();
  let seen: Readonly<Record<string, string | undefined>> = {};
  const { adapter } = playAdapter();
  const spying = {
    ...adapter,
    createEngine: (context: Parameters<typeof adapter.createEngine>[0]) => {
      seen = context.environment;
      return adapter.createEngine(context);
    },
  };
  await using runtime = await startTestRuntime({ adapter: spying, model, environment: { OPENAI_API_KEY: 'own' } });
  expect(runtime.info.name).toBe('Test');
  expect(seen).toMatchObject({
    OPENAI_BASE_URL: `${model.url}/v1`,
    ANTHROPIC_BASE_URL: model.url,
    OPENAI_API_KEY: 'own',
  });
});

it('a runtime in a process of its own is killed, and its successor has the tasks', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-testing-'));
  try {
    await writeFile(join(directory, 'config.yaml'), 'name: Echo\nruntime: echo\n');
    const environment = { PATH: process.env['PATH'], ADAPTER_MODULE: ECHO_ADAPTER };
    const first = await startRuntimeProcess({ directory, environment });
    const { id, text } = await first.client.send('hello');
    expect(text).toContain('hello');
    expect(await first.kill('SIGKILL')).toBe('SIGKILL');
    await using second = await startRuntimeProcess({ directory, environment });
    expect(await second.client.task(id)).toMatchObject({ state: 'completed', text });
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('a runtime in a process of its own that cannot start rejects with what it wrote', async () => {
  const environment = { PATH: process.env['PATH'] };
  await expect(startRuntimeProcess({ directory: join(tmpdir(), 'nothing-is-here'), environment })).rejects.toThrow(
    'CONFIG_NOT_FOUND',
  );
});

it('until gives back what was found, and says what was not', async () => {
  let count = 0;
  expect(await until('three', () => ++count === 3 && count)).toBe(3);
  await expect(until('the impossible', () => false, 1)).rejects.toThrow('Not within 1 ms: the impossible');
});

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { begin, connect, send } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const BASE = 'name: Test\nruntime: play\n';

async function listed(url: string, contextId: string) {
  const client = await connect(url);
  const { tasks } = await client.listTasks({
    tenant: '',
    contextId,
    status: 0,
    pageSize: 50,
    pageToken: '',
    historyLength: 0,
    statusTimestampAfter: undefined,
    includeArtifacts: true,
  });
  return tasks;
}

test('the initial prompt is an ordinary task that runs once in the life of the state directory', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, config: `${BASE}initial_prompt: Introduce yourself\n` });
  await until('the prompt', () => turns.length === 1);
  expect(turns[0]?.turn).toMatchObject({ kind: 'message', text: 'Introduce yourself' });
  expect(await listed(runtime.url, 'initial-prompt')).toHaveLength(1);
  await using again = await runtime.restart();
  await again.shutdown(0);
  const config = `${BASE}initial_prompt: Say something else\n`;
  await using changed = await startTestRuntime({ adapter, config, directory: runtime.directory });
  await send(await connect(changed.url), 'hello');
  expect(turns).toHaveLength(2);
});

test('a crash between the initial prompt and its mark neither repeats nor loses it, even if its text changes meanwhile', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, config: `${BASE}initial_prompt: Introduce yourself\n` });
  await until('the prompt', () => turns.length === 1);
  await runtime.shutdown(0);
  const database = new DatabaseSync(join(runtime.directory, '.molecule', 'team.db'));
  database.exec('delete from marks');
  database.close();
  const config = `${BASE}initial_prompt: Introduce yourself briefly\n`;
  await using again = await startTestRuntime({ adapter, config, directory: runtime.directory });
  await send(await connect(again.url), 'hello');
  expect(turns).toHaveLength(2);
});

test('the idle prompt is sent repeatedly, but never while a turn runs', async () => {
  const { adapter, turns, gates } = playAdapter();
  const config = `${BASE}idle_prompt: Look around\nidle_interval_seconds: 0.3\n`;
  await using runtime = await startTestRuntime({ adapter, config });
  const idle = () => turns.filter(({ turn }) => 'text' in turn && turn.text === 'Look around').length;
  await until('two idle prompts', () => idle() >= 2);
  const working = send(await connect(runtime.url), play({ gate: 'go' }));
  await until('the work', () =>
    turns.some(({ turn, running }) => 'text' in turn && turn.text !== 'Look around' && running),
  );
  const before = idle();
  const patience = performance.now() + 1_000;
  await until('three intervals', () => performance.now() > patience);
  expect(idle()).toBe(before);
  gates.open('go');
  await working;
  await until('another idle prompt', () => idle() > before);
  expect((await listed(runtime.url, 'idle-prompt')).length).toBe(idle());
});

test('a start does not wait until there is room for the initial prompt, and neither does a stop', async () => {
  const { adapter, turns, gates } = playAdapter({ repeatableTurns: true });
  const environment = { MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '1' };
  await using runtime = await startTestRuntime({ adapter, config: BASE, environment });
  const client = await connect(runtime.url);
  for (const _ of ['runs', 'waits']) await begin(client, play({ gate: 'go' }));
  await runtime.shutdown(0);
  const options = { adapter, environment, directory: runtime.directory };
  const config = `${BASE}initial_prompt: Introduce yourself\n`;
  const full = await startTestRuntime({ ...options, config });
  await full.shutdown(0);
  await using again = await startTestRuntime({ ...options, config });
  gates.open('go');
  await until('the prompt', () => turns.some(({ turn }) => 'text' in turn && turn.text === 'Introduce yourself'));
  expect(await listed(again.url, 'initial-prompt')).toHaveLength(1);
});

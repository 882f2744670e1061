import { join } from 'node:path';
import { defineAgent } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { passTime } from '../execution/steps/pass-time.js';
import { begin, connect } from '../support/a2a-client.js';
import { startFakePlatform } from '../support/fake-platform.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';

test('a turn that sleeps long is reported as asleep, and its end once it has gone on', async () => {
  await using platform = await startFakePlatform();
  const adapter = defineAgent({
    name: 'play',
    async run(_turn, { step, sleep }) {
      await step('before', () => 1);
      await sleep(3_600_000);
      return 'Good morning.';
    },
  });
  const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: ID };
  await using agent = await startTestRuntime({ adapter, environment });
  await until('the registration', () => platform.of('/registry/heartbeat').length > 0);
  const { id } = await begin(await connect(agent.url), 'wake me');
  const reports = () => platform.of(`/workspaces/${ID}/activity`).map(({ body }) => body);
  const steps = () => platform.of(`/workspaces/${ID}/checkpoints`).map(({ body }) => body['step_name']);
  await until('the first report', () => reports().length === 1);
  expect(reports()[0]).toMatchObject({
    activity_type: 'task_update',
    status: 'ok',
    summary: 'wake me',
    error_detail: expect.stringMatching(/^sleeps until \d{4}-/),
    request_body: { task_id: id, turn: 1 },
  });
  expect(reports()[0]).not.toHaveProperty('response_body');
  expect(steps()).toEqual(['llm_call']);
  await until('time has passed', () => passTime(join(agent.directory, '.molecule', 'tasks.db')));
  await until('the second report', () => reports().length === 2);
  expect(reports()[1]).toMatchObject({
    error_detail: '',
    response_body: { result: 'Good morning.' },
    request_body: { turn: 2 },
  });
  await until('the steps', () => steps().length === 3);
  expect(steps()).toEqual(['llm_call', 'llm_call', 'task_complete']);
});

import { join } from 'node:path';
import { defineAgent } from '@molecule/adapters';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf, textOf } from '../../support/a2a-client.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { passTime } from '../steps/pass-time.js';
import { startTemporal } from './support/temporal.js';

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('a turn that asks and sleeps continues with Temporal as well, and each part of it is a workflow that has ended', async () => {
  const ran: number[] = [];
  const adapter = defineAgent({
    name: 'steps',
    async *run(_turn, { step, ask, sleep }) {
      await step('one', () => ran.push(1));
      yield `${(await ask({ prompt: 'Which?' })).text}, `;
      await sleep(3_600_000);
      await step('two', () => ran.push(2));
      yield 'later';
    },
  });
  const environment = {
    TEMPORAL_HOST: temporal.address,
    MOLECULE_TEMPORAL: 'required',
    WORKSPACE_ID: `test-${crypto.randomUUID().slice(0, 8)}`,
  };
  await using runtime = await startTestRuntime({ adapter, environment });
  const client = await connect(runtime.url);
  const asked = await send(client, 'hi');
  expect(textOf(asked.status?.message?.parts ?? [])).toBe('Which?');
  await begin(client, 'blue', { taskId: asked.id });
  await until('the time of its sleep has passed', async () =>
    passTime(join(runtime.directory, '.molecule', 'tasks.db')),
  );
  const done = await until('it is done', async () => {
    const task = await getTask(client, asked.id);
    return stateOf(task) === 'completed' ? task : undefined;
  });
  expect(done.artifacts.map(({ parts }) => textOf(parts)).join('')).toBe('blue, later');
  expect(answerOf(done)).toContain('later');
  expect(ran).toEqual([1, 2]);
  const ended = runtime.logs.filter(({ message }) => message === 'the turn ended');
  expect(ended.map(({ fields }) => fields['outcome'])).toEqual(['input-required', 'passed', 'completed']);
});

import type { Client } from '@a2a-js/sdk/client';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTemporal } from '../../execution/durable/support/temporal.js';
import { answerOf, begin, connect, getTask, stateOf } from '../../support/a2a-client.js';
import { play } from '../../support/play-adapter.js';
import { until } from '../../support/until.js';
import { startMember, team } from './team-process.js';
import { calling } from './tool-adapter.js';

const PATIENT = 'delegation: { retry_attempts: 50, retry_delay: 0.2, timeout: 20 }\n';

async function tasksOf(url: string) {
  const client = await connect(url);
  const { tasks } = await client.listTasks({
    tenant: '',
    contextId: '',
    status: 0,
    pageSize: 50,
    pageToken: '',
    historyLength: 0,
    statusTimestampAfter: undefined,
    includeArtifacts: false,
  });
  return tasks;
}

function settled(client: Client, taskId: string) {
  return until(
    'the answer',
    async () => {
      const task = await getTask(client, taskId);
      return ['completed', 'failed'].includes(stateOf(task)) && task;
    },
    60_000,
  );
}

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

describe.each([
  ['that run directly', () => ({})],
  ['on one Temporal', () => ({ MOLECULE_TEMPORAL: 'auto', TEMPORAL_HOST: temporal.address })],
])(
  'of processes %s',
  (_how, environmentOf) => {
    let environment: Readonly<Record<string, string>> = {};
    beforeAll(() => {
      environment = environmentOf() as Readonly<Record<string, string>>;
    });

    test('a coordinator that is killed while it waits gets the answer after its restart, and the member does the task once', async () => {
      await using member = await startMember('Member', '', environment);
      await using lead = await startMember('Lead', `${PATIENT}${team(['member', member.url])}`, environment);
      const task = play({ wait: 1500 }, { say: 'the answer' });
      const { id } = await begin(await connect(lead.url), calling('delegate_task', { workspace_id: 'member', task }));
      await until('the member to work', async () => (await tasksOf(member.url)).length === 1);
      await lead.kill();
      await lead.restart();
      const done = await settled(await connect(lead.url), id);
      expect(JSON.parse(answerOf(done))).toMatchObject({ status: 'completed', answer: 'the answer' });
      expect(await tasksOf(member.url)).toHaveLength(1);
    });

    test('a coordinator waits for a member that was killed during a task, and another member does its part meanwhile', async () => {
      await using first = await startMember('First', '', environment);
      await using second = await startMember('Second', '', environment);
      await using lead = await startMember(
        'Lead',
        `${PATIENT}${team(['first', first.url], ['second', second.url])}`,
        environment,
      );
      const client = await connect(lead.url);
      const parts = [play({ wait: 1000 }, { say: 'one' }), play({ wait: 1000 }, { say: 'two' })];
      const { id } = await begin(client, calling('route_task_to_team', { task: 'both', parts }));
      await until('both to work', async () => {
        return (await tasksOf(first.url)).length === 1 && (await tasksOf(second.url)).length === 1;
      });
      await second.kill();
      await second.restart();
      const done = JSON.parse(answerOf(await settled(client, id))) as { parts: { answer: string; member: string }[] };
      expect(done).toMatchObject({
        done: true,
        parts: [
          { member: 'first', answer: 'one', failed: [] },
          { member: 'second', answer: 'two', failed: [] },
        ],
      });
      expect(await tasksOf(second.url)).toHaveLength(1);
    });
  },
  90_000,
);

import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, connect, send, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { plan } from './support/ledger-adapter.js';
import { runIds, startTemporal, workflowStatus } from './support/temporal.js';

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('a task that waits for a person has no open workflow, and the answer begins its next run, in another process', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using first = await workspace.startProcess();
  const asked = await send(await connect(first.url), plan({ ask: 'Which?' }));
  expect(stateOf(asked)).toBe('input_required');
  const completed = async () => (await workflowStatus(temporal, asked.id)) === 'COMPLETED';
  await until('its workflow has ended', completed, 60_000);
  expect(await runIds(temporal, asked.id)).toHaveLength(1);
  await first.kill('SIGKILL');

  await using second = await workspace.startProcess();
  const answered = await send(await connect(second.url), 'blue', { taskId: asked.id });
  expect([answered.id, stateOf(answered), answerOf(answered)]).toEqual([asked.id, 'completed', 'answered: blue']);
  await until('there is a second run', async () => (await runIds(temporal, asked.id)).length === 2, 60_000);
  await until('it has ended', completed, 60_000);
  expect(workspace.begins(asked.id).map(({ kind, pid, attempt }) => [kind, pid, attempt])).toEqual([
    ['message', first.pid, 1],
    ['answer', second.pid, 1],
  ]);
});

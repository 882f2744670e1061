import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, failureOf, send, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { plan } from './support/ledger-adapter.js';
import { startTemporal, workflowStatus } from './support/temporal.js';

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('a turn that exceeds its limit fails once, with a stopped engine, and does not run again', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address, { MOLECULE_TURN_TIMEOUT: '1s' });
  await using runtime = await workspace.start();
  const client = await connect(runtime.url);
  const task = await send(client, plan({ words: 3, untilFile: workspace.file('never') }));
  expect([stateOf(task), failureOf(task)]).toEqual(['failed', 'TURN_TIMEOUT']);
  await until('its workflow has ended', async () => (await workflowStatus(temporal, task.id)) === 'COMPLETED');
  expect(workspace.ends(task.id).map(({ reason }) => reason)).toEqual(['deadline']);
  expect(workspace.begins(task.id)).toHaveLength(1);
});

import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { begin, cancelTask, connect, getTask, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { plan } from './support/ledger-adapter.js';
import { cancelWorkflow, startTemporal, terminateWorkflow, workflowStatus } from './support/temporal.js';

const CANCEL_MS = 2_000;

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

const reasons = (workspace: DurableWorkspace, taskId: string) => workspace.ends(taskId).map(({ reason }) => reason);

it('a cancel stops the engine at once, and the workflow ends as canceled', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using runtime = await workspace.start();
  const client = await connect(runtime.url);
  const { id } = await begin(client, plan({ untilFile: workspace.file('never') }));
  await until('it runs', () => workspace.begins(id).length === 1);
  expect(stateOf(await cancelTask(client, id))).toBe('canceled');
  await until('the engine has stopped', () => workspace.ends(id).length === 1, CANCEL_MS);
  expect(reasons(workspace, id)).toEqual(['canceled']);
  await until('its workflow is canceled', async () => (await workflowStatus(temporal, id)) === 'CANCELED');
  expect(stateOf(await getTask(client, id))).toBe('canceled');
  expect(workspace.begins(id)).toHaveLength(1);
});

it('a cancel at another process of the workspace stops the work within two seconds', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using owner = await workspace.startProcess();
  await using other = await workspace.start();
  const { id } = await begin(await connect(owner.url), plan({ untilFile: workspace.file('never') }));
  await until('it runs', () => workspace.begins(id).length === 1);
  const beside = await connect(other.url);
  expect(stateOf(await cancelTask(beside, id))).toBe('canceled');
  await until('the engine has stopped', () => workspace.ends(id).length === 1, CANCEL_MS);
  expect(reasons(workspace, id)).toEqual(['canceled']);
  // The workflow is canceled; it is completed if the turn read the cancel in the log before Temporal reported it.
  await until('its workflow is over', async () => (await workflowStatus(temporal, id)) !== 'RUNNING');
  expect(workspace.begins(id)).toHaveLength(1);
});

it.concurrent.each([
  ['cancels', cancelWorkflow, 'CANCELED'],
  ['terminates', terminateWorkflow, 'TERMINATED'],
])('an operator who %s the workflow stops the engine, and the task ends', async (_verb, end, status) => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using runtime = await workspace.start();
  const client = await connect(runtime.url);
  const { id } = await begin(client, plan({ untilFile: workspace.file('never') }));
  await until('it runs', () => workspace.begins(id).length === 1);
  await end(temporal, id);
  await until('the engine has stopped', () => workspace.ends(id).length === 1);
  await until('the task is canceled', async () => stateOf(await getTask(client, id)) === 'canceled');
  expect(await workflowStatus(temporal, id)).toBe(status);
  expect(workspace.begins(id)).toHaveLength(1);
});

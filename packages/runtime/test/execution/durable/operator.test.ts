import type { Client } from '@a2a-js/sdk/client';
import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf } from '../../support/a2a-client.js';
import type { TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { DurableWorkspace, untilDurable } from './support/durable-workspace.js';
import { plan, words } from './support/ledger-adapter.js';
import { settled } from './support/settled.js';
import { isAttended, operate, startTemporal, workflowStatus } from './support/temporal.js';

/** The effect of each operation of Temporal's web interface and command line on a task: the table in docs/durability.md. */

const REASON = ['--reason', 'a test'];
let temporal: TemporalDevServer;
let workspace: DurableWorkspace;
let runtime: TestRuntime;
let client: Client;

beforeAll(async () => {
  // Pausing a workflow is an experimental feature of Temporal, off by default.
  const dynamic = ['--dynamic-config-value', 'frontend.WorkflowPauseEnabled=true'];
  temporal = await startTemporal({ extraArgs: dynamic });
  workspace = await DurableWorkspace.create(temporal.address);
  runtime = await workspace.start();
  await untilDurable(runtime.url);
  client = await connect(runtime.url);
  await send(client, 'warm up');
});

afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await workspace?.[Symbol.asyncDispose]();
  await temporal?.[Symbol.asyncDispose]();
});

/** A task whose turn and activity run until a file exists. */
async function running(name: string) {
  const file = workspace.file(name);
  const { id } = await begin(client, plan({ words: 3, untilFile: file }));
  await until('its activity runs', () => isAttended(temporal, id), 20_000);
  return { id, release: () => workspace.release(file) };
}

async function answered(id: string): Promise<void> {
  const task = await settled(client, id);
  expect([stateOf(task), answerOf(task)]).toEqual(['completed', words(3)]);
}

test('reset of a running workflow: the turn runs again, and the task completes', async () => {
  const { id, release } = await running('reset');
  await operate(temporal, id, ['workflow', 'reset', '--type', 'FirstWorkflowTask', ...REASON]);
  await until('it has begun again', () => workspace.begins(id).length === 2, 20_000);
  expect(workspace.ends(id)[0]?.reason).toBe('superseded');
  await release();
  await answered(id);
  await until('the new run has ended', async () => (await workflowStatus(temporal, id)) === 'COMPLETED', 20_000);
  expect(workspace.begins(id)).toHaveLength(2);
});

test('reset of an ended workflow: nothing runs again, and the task does not change', async () => {
  const task = await send(client, 'over');
  await until('its workflow has ended', async () => (await workflowStatus(temporal, task.id)) === 'COMPLETED', 20_000);
  await operate(temporal, task.id, ['workflow', 'reset', '--type', 'FirstWorkflowTask', ...REASON]);
  await until('the new run has ended', async () => (await workflowStatus(temporal, task.id)) === 'COMPLETED', 20_000);
  expect(answerOf(await getTask(client, task.id))).toBe('echo: over');
  expect(workspace.begins(task.id)).toHaveLength(1);
});

test('pause of the activity: the engine stops, nothing runs until unpause, and the task completes then', async () => {
  const { id, release } = await running('pause');
  await operate(temporal, id, ['activity', 'pause', '--activity-id', 'llm_call']);
  await until('the engine has stopped', () => workspace.ends(id).length === 1, 20_000);
  await using _replica = await workspace.start();
  // Both processes have checked twice for turns that no process runs.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(workspace.begins(id)).toHaveLength(1);
  expect(stateOf(await getTask(client, id))).toBe('working');
  await operate(temporal, id, ['activity', 'unpause', '--activity-id', 'llm_call']);
  await release();
  await answered(id);
  expect(workspace.begins(id)).toHaveLength(2);
});

test('pause of the workflow: a running turn continues and is answered, and the workflow ends after unpause', async () => {
  const { id, release } = await running('workflow-pause');
  await operate(temporal, id, ['workflow', 'pause', ...REASON]);
  await release();
  await answered(id);
  await operate(temporal, id, ['workflow', 'unpause', ...REASON]);
  await until('its workflow has ended', async () => (await workflowStatus(temporal, id)) === 'COMPLETED', 20_000);
  expect(workspace.begins(id)).toHaveLength(1);
});

test('cancel of a task whose activity is paused ends it', async () => {
  const { id } = await running('pause-and-cancel');
  await operate(temporal, id, ['activity', 'pause', '--activity-id', 'llm_call']);
  await until('the engine has stopped', () => workspace.ends(id).length === 1, 20_000);
  await client.cancelTask({ id, tenant: '', metadata: undefined });
  expect(stateOf(await settled(client, id))).toBe('canceled');
  await until('its workflow has ended', async () => (await workflowStatus(temporal, id)) === 'CANCELED', 20_000);
});

test('reset of the activity: the turn runs again, and the task completes', async () => {
  const { id, release } = await running('activity-reset');
  await operate(temporal, id, ['activity', 'reset', '--activity-id', 'llm_call']);
  await until('it has begun again', () => workspace.begins(id).length === 2, 20_000);
  await release();
  await answered(id);
});

test.each([
  ['cancel', ['workflow', 'cancel'], 'CANCELED'],
  ['terminate', ['workflow', 'terminate', ...REASON], 'TERMINATED'],
])('%s: the engine stops, and the task is canceled', async (name, command, status) => {
  const { id } = await running(name);
  await operate(temporal, id, command);
  expect(stateOf(await settled(client, id))).toBe('canceled');
  expect(workspace.ends(id)[0]?.reason).toBe('canceled');
  await until('its workflow has ended', async () => (await workflowStatus(temporal, id)) === status, 20_000);
});

test.each([
  ['signal', ['workflow', 'signal', '--name', 'anything']],
  ['delete', ['workflow', 'delete', '--yes']],
  [
    'complete',
    ['activity', 'complete', '--activity-id', 'llm_call', '--result', '{"finalText":"mine","success":true}'],
  ],
  ['fail', ['activity', 'fail', '--activity-id', 'llm_call', '--detail', '{}', ...REASON]],
])('%s: the turn continues, runs once, and the task completes', async (name, command) => {
  const { id, release } = await running(name);
  await operate(temporal, id, command);
  // Longer than the process needs to notice it.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(stateOf(await getTask(client, id))).toBe('working');
  await release();
  await answered(id);
  expect(workspace.begins(id)).toHaveLength(1);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { taskQueueFor, workflowIdFor } from '../src/contract/names.js';
import { activityStarted, Bench, closedStatus } from './support/bench.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

let bench: Bench;
let address: string;

beforeAll(async () => {
  bench = await Bench.create();
  ({ address } = await bench.server());
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const WORKSPACE = 'workspace-versioned';
const DEPLOYMENT = taskQueueFor(WORKSPACE);

function build(workerBuildId: string) {
  return bench.wrapper(address, {
    workspaceId: WORKSPACE,
    instanceId: workerBuildId,
    server: { host: address, workerBuildId },
  });
}

/** As an operator does after a deploy. */
async function makeCurrent(buildId: string): Promise<void> {
  const { workflowService } = (await bench.client(address)).connection;
  await waitUntil(`build ${buildId} is the current one`, () =>
    workflowService
      .setWorkerDeploymentCurrentVersion({ namespace: 'default', deploymentName: DEPLOYMENT, buildId })
      .then(() => true)
      // Temporal does not know the build before its first poll.
      .catch(() => false),
  );
}

test('with worker versioning, a build that is not current records the turns that it began, and closes them once it is', async () => {
  const wrapper = build('1.0.0');
  await wrapper.start();
  const input = turnInput({}, { workspaceId: WORKSPACE });
  expect(await wrapper.run(input)).toMatchObject({ kind: 'ended', mode: 'durable' });
  const client = await bench.client(address);
  const { raw, status } = await client.workflow.getHandle(workflowIdFor(input.taskId)).describe();
  expect(status.name).toBe('RUNNING');
  const version = { deploymentName: DEPLOYMENT, buildId: '1.0.0' };
  expect(raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion).toMatchObject(version);
  await makeCurrent('1.0.0');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  await wrapper.stop({ graceMs: 0 });
});

test('with worker versioning, the current build continues the turn of an older one that has stopped', async () => {
  const older = build('1.0.1');
  await older.start();
  const input = turnInput({ ticks: 400 }, { workspaceId: WORKSPACE });
  void older.run(input);
  await bench.entry(input.taskId, 'begin');
  const client = await bench.client(address);
  await activityStarted(client, input.taskId);
  await older.stop({ graceMs: 0 });
  await build('1.0.2').start();
  await makeCurrent('1.0.2');
  await bench.entry(input.taskId, 'begin', 2);
  expect(await client.workflow.getHandle(workflowIdFor(input.taskId)).result()).toMatchObject({ success: true });
});

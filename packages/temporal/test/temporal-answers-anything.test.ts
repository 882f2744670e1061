import type { JsonObject } from '@molecule/adapters';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type RunOutcome,
  type TemporalDevServer,
  type TemporalWorkflowWrapper,
  TurnHandedOverError,
} from '../src/index.js';
import { delay } from '../src/support/wait.js';
import { activityStarted, Bench } from './support/bench.js';
import { type Fault, FaultyTemporal, nameOf, STATUSES } from './support/faulty-temporal.js';
import { resultOf } from './support/outcome.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

/** No answer, refusal or delay of Temporal ends the process or a turn. */

/** The requests of a running workspace: of its client, and of its worker. */
const IN_MID_LIFE = [
  'GetSystemInfo',
  'StartWorkflowExecution',
  'RequestCancelWorkflowExecution',
  'PollWorkflowTaskQueue',
  'RecordActivityTaskHeartbeat',
  'RespondWorkflowTaskCompleted',
  'RespondActivityTaskCompleted',
  'RespondActivityTaskCanceled',
];
/** The requests with which a boot takes over the turns of an earlier boot. */
const OF_RECOVERY = [
  'ListWorkflowExecutions',
  'DescribeWorkflowExecution',
  'ResetStickyTaskQueue',
  'RespondActivityTaskFailedById',
];
const FAULTS: readonly Fault[] = [...STATUSES, 'hang', 'cut'];
const AT_ONCE = 8;
const RESOURCE_EXHAUSTED = 8;
const QUICK = {
  startTimeoutMs: 1_000,
  patientStartTimeoutMs: 2_000,
  connectTimeoutMs: 3_000,
  heartbeatIntervalMs: 100,
  heartbeatTimeoutMs: 1_000,
  workflowTaskTimeoutMs: 1_000,
  healthIntervalMs: 100,
  reconnectMaxMs: 300,
};

let bench: Bench;
let server: TemporalDevServer;
const stray: unknown[] = [];
const keep = (error: unknown) => void stray.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', keep);
  process.on('uncaughtException', keep);
  bench = await Bench.create();
  server = await bench.server();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  process.off('unhandledRejection', keep);
  process.off('uncaughtException', keep);
});

function isDurable(outcome: RunOutcome): boolean {
  return outcome.kind === 'ended' && outcome.mode === 'durable';
}

function wrapperAt(address: string): TemporalWorkflowWrapper {
  const workspaceId = `workspace-${crypto.randomUUID()}`;
  return bench.wrapper(address, {
    workspaceId,
    settings: QUICK,
    body: Object.assign(bench.body(), {
      holds: async () => true,
      unfinished: async () => ['task-that-temporal-does-not-know'],
    }),
  });
}

async function answered(wrapper: TemporalWorkflowWrapper, metadata: JsonObject = {}): Promise<void> {
  const input = turnInput(metadata);
  const outcome = await wrapper.run(input, { begun: false });
  expect(resultOf(outcome)).toEqual({ finalText: `answer to ${input.taskId}`, success: true });
  expect(bench.begins(input.taskId)).toHaveLength(1);
}

async function forEachFault(work: (fault: Fault) => Promise<void>): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(FAULTS.map((fault) => limit(() => work(fault))));
  expect(stray).toEqual([]);
}

describe.each([
  ['everything but the handshake', (method: string) => !['GetSystemInfo', 'DescribeNamespace'].includes(method)],
  ['the handshake', (method: string) => method === 'GetSystemInfo'],
  ['the namespace', (method: string) => method === 'DescribeNamespace'],
  ['the polls', (method: string) => method.startsWith('Poll')],
])('at boot, requests for %s fail with every status, get no answer or are cut', (_, meets) => {
  test('but turns are answered, and become durable after the fault', async () => {
    await forEachFault(async (fault) => {
      await using faulty = await FaultyTemporal.before(server.address);
      faulty.arm((method) => (meets(method) ? fault : undefined));
      const wrapper = wrapperAt(faulty.address);
      await wrapper.start();
      await answered(wrapper);
      faulty.disarm();
      await waitUntil(`Temporal is found after ${nameOf(fault)}`, async () => {
        if (!wrapper.isAvailable()) return false;
        return isDurable(await wrapper.run(turnInput()));
      });
      await wrapper.stop({ graceMs: 0 });
    });
  });
});

test('if requests of a running workspace fail with every status, get no answer or are cut, no turn is lost', async () => {
  const met = new Set<string>();
  await forEachFault(async (fault) => {
    await using faulty = await FaultyTemporal.before(server.address);
    const wrapper = wrapperAt(faulty.address);
    await wrapper.start();
    for (const request of IN_MID_LIFE) {
      // Otherwise the turns of this request would run without Temporal, because of the fault before.
      await waitUntil(`Temporal is found before ${request}`, () => wrapper.isAvailable());
      faulty.arm((method) => (method === request ? fault : undefined));
      const canceled = turnInput({ ticks: 400 });
      const outcome = wrapper.run(canceled);
      await Promise.all([
        answered(wrapper, { ticks: 3 }),
        // Most turns have an activity by then, which is canceled too.
        bench
          .entry(canceled.taskId, 'begin')
          .then(() => delay(400))
          .then(() => wrapper.cancel(canceled.taskId)),
      ]);
      expect(resultOf(await outcome)).toMatchObject({ success: false, error: 'canceled' });
      if (faulty.suffered(request) > 0) met.add(request);
      faulty.disarm();
    }
    await waitUntil(`Temporal is found after ${nameOf(fault)}`, () => wrapper.isAvailable());
    await answered(wrapper);
    await wrapper.stop({ graceMs: 0 });
  });
  expect([...met].sort()).toEqual([...IN_MID_LIFE].sort());
});

test('if the requests that take over the turns of an earlier boot meet any fault, the workspace starts all the same', async () => {
  const [workspaceId, instanceId] = ['workspace-of-two-lives', 'instance-of-two-lives'];
  const client = await bench.client(server.address);
  const dead = bench.wrapper(server.address, { workspaceId, instanceId });
  await dead.start();
  const input = turnInput({ ticks: 4_000 });
  void dead.run(input);
  await bench.entry(input.taskId, 'begin');
  await activityStarted(client, input.taskId);
  const met = new Set<string>();
  await forEachFault(async (fault) => {
    await using faulty = await FaultyTemporal.before(server.address);
    for (const request of OF_RECOVERY) {
      faulty.arm((method) => (method === request ? fault : undefined));
      // The identity is of a later boot of the same installation, so the turn's attempt must be ended.
      const wrapper = bench.wrapper(faulty.address, { workspaceId, instanceId, settings: QUICK });
      await wrapper.start();
      if (faulty.suffered(request) > 0) met.add(request);
      faulty.disarm();
      await wrapper.stop({ graceMs: 0 });
    }
  });
  expect([...met].sort()).toEqual([...OF_RECOVERY].sort());
});

test('if Temporal does not return the result of a turn that runs elsewhere, the body is queried for it', async () => {
  const workspaceId = 'workspace-of-two-replicas';
  const holder = bench.wrapper(server.address, { workspaceId, instanceId: 'replica-1' });
  await holder.start();
  const input = turnInput({ ticks: 4_000 });
  void holder.run(input);
  await bench.entry(input.taskId, 'begin');
  const body = { run: async () => ({ finalText: 'what the log says', success: true }) };
  await forEachFault(async (fault) => {
    await using faulty = await FaultyTemporal.before(server.address);
    const wrapper = bench.wrapper(faulty.address, { workspaceId, instanceId: nameOf(fault), body });
    await wrapper.start();
    faulty.arm((method) => (method === 'GetWorkflowExecutionHistory' ? fault : undefined));
    const outcome = wrapper.run(input);
    await waitUntil('the request has arrived', () => faulty.suffered('GetWorkflowExecutionHistory') > 0);
    // Temporary errors are retried until the process stops. It then leaves the turn to the other process.
    const ended = await Promise.race([outcome, delay(200).then(() => 'asked again' as const)]);
    if (ended !== 'asked again') expect(resultOf(ended).finalText).toBe('what the log says');
    await wrapper.stop({ graceMs: 0 });
    if (ended === 'asked again') expect((await outcome).kind).toBe('handed-over');
  });
});

test('a turn whose heartbeats are refused until its last attempt times out continues, because its process is alive', async () => {
  await using faulty = await FaultyTemporal.before(server.address);
  const wrapper = bench.wrapper(faulty.address, {
    workspaceId: 'workspace-without-heartbeats',
    settings: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 1_000, maxAttempts: 1 },
    body: Object.assign(bench.body(), { holds: async () => true }),
  });
  await wrapper.start();
  faulty.arm((method) => (method === 'RecordActivityTaskHeartbeat' ? RESOURCE_EXHAUSTED : undefined));
  const input = turnInput({ ticks: 100 });
  const outcome = wrapper.run(input);
  // For Temporal the turn has failed: it counts the process as dead.
  expect((await bench.entry(input.taskId, 'conclude')).reason).toBe('failed');
  expect(resultOf(await outcome)).toEqual({ finalText: `answer to ${input.taskId}`, success: true });
  expect(bench.begins(input.taskId)).toHaveLength(1);
});

test.each([
  ['namespace is deleted', 5, 'TEMPORAL_NAMESPACE_NOT_FOUND'],
  ['key is revoked', 16, 'TEMPORAL_ACCESS_DENIED'],
])('a running workspace whose %s reports that it is not durable, until it is again', async (_, status, code) => {
  await using faulty = await FaultyTemporal.before(server.address);
  const wrapper = wrapperAt(faulty.address);
  await wrapper.start();
  // Health checks of the server need neither.
  faulty.arm((method) => (['GetSystemInfo', 'PollWorkflowTaskQueue'].includes(method) ? undefined : status));
  const input = turnInput();
  expect(resultOf(await wrapper.run(input, { begun: true })).success).toBe(true);
  await waitUntil('the status has the code', () => wrapper.status().detail.includes(code));
  expect(wrapper.isAvailable()).toBe(false);
  faulty.disarm();
  await waitUntil('it is durable again', async () => {
    return wrapper.isAvailable() && isDurable(await wrapper.run(turnInput()));
  });
  await wrapper.stop({ graceMs: 0 });
});

test('a stop makes no request to Temporal for a turn that the body hands over by itself, so Temporal cannot delay it', async () => {
  await using faulty = await FaultyTemporal.before(server.address);
  let handOver = () => {};
  const stopped = new Promise<never>((_, reject) => {
    handOver = () => reject(new TurnHandedOverError());
  });
  stopped.catch(() => {});
  const begun = Promise.withResolvers<void>();
  const run = () => {
    begun.resolve();
    return stopped;
  };
  const wrapper = bench.wrapper(faulty.address, { workspaceId: 'workspace-that-hands-over', body: { run } });
  await wrapper.start();
  const outcome = wrapper.run(turnInput());
  await begun.promise;
  faulty.arm((method) => (method === 'GetWorkflowExecutionHistory' ? 'hang' : undefined));
  const stopping = wrapper.stop({ graceMs: 5_000 });
  handOver();
  expect((await outcome).kind).toBe('handed-over');
  await stopping;
  expect(faulty.suffered('GetWorkflowExecutionHistory')).toBe(0);
});

test('if Temporal answers every request with one status, hangs or cuts, a stop hands over the turns and ends', async () => {
  await forEachFault(async (fault) => {
    await using faulty = await FaultyTemporal.before(server.address);
    const wrapper = wrapperAt(faulty.address);
    await wrapper.start();
    const input = turnInput({ ticks: 400 });
    const outcome = wrapper.run(input);
    await bench.entry(input.taskId, 'begin');
    faulty.arm(() => fault);
    await wrapper.stop({ graceMs: 0 });
    expect((await bench.entry(input.taskId, 'abort')).reason).toBe('shutdown');
    expect((await outcome).kind).toBe('handed-over');
  });
});

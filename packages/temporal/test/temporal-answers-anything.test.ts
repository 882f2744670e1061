import type { JsonObject } from '@molecule/adapters';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TemporalDevServer, type TemporalWorkflowWrapper, TurnHandedOver } from '../src/index.js';
import { deferred } from '../src/support/deferred.js';
import { delay } from '../src/support/delay.js';
import { activityStarted, Bench } from './support/bench.js';
import { type Fault, FaultyTemporal, nameOf, STATUSES } from './support/faulty-temporal.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

/** Nothing that Temporal answers, refuses or delays ends the process, or a turn. */

/** The requests that a workspace makes while it lives: by its client, and by its worker. */
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
/** Those that it makes at its boot to take up what an earlier life left. */
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

function wrapperAt(address: string): TemporalWorkflowWrapper {
  const workspaceId = `workspace-${crypto.randomUUID()}`;
  return bench.wrapper(address, {
    workspaceId,
    settings: QUICK,
    unfinished: async () => ['task-that-temporal-does-not-know'],
    body: Object.assign(bench.body(), { holds: async () => true }),
  });
}

async function answered(wrapper: TemporalWorkflowWrapper, metadata: JsonObject = {}): Promise<void> {
  const input = turnInput(metadata);
  const { result } = await wrapper.run(input, { begun: false });
  expect(result).toEqual({ finalText: `answer to ${input.taskId}`, success: true });
  expect(bench.begins(input.taskId)).toHaveLength(1);
}

async function forEachFault(work: (fault: Fault) => Promise<void>): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(FAULTS.map((fault) => limit(() => work(fault))));
  expect(stray).toEqual([]);
}

describe.each([
  ['all but the handshake', (method: string) => !['GetSystemInfo', 'DescribeNamespace'].includes(method)],
  ['the handshake', (method: string) => method === 'GetSystemInfo'],
  ['the namespace', (method: string) => method === 'DescribeNamespace'],
  ['the polls', (method: string) => method.startsWith('Poll')],
])('at boot, %s is met by every status, by silence and by a cut', (_, meets) => {
  test('and turns are answered, and become durable when that is over', async () => {
    await forEachFault(async (fault) => {
      await using faulty = await FaultyTemporal.before(server.address);
      faulty.arm((method) => (meets(method) ? fault : undefined));
      const wrapper = wrapperAt(faulty.address);
      await wrapper.start();
      await answered(wrapper);
      faulty.disarm();
      await waitUntil(`Temporal is found after ${nameOf(fault)}`, async () => {
        if (!wrapper.isAvailable()) return false;
        return (await wrapper.run(turnInput())).mode === 'durable';
      });
      await wrapper.stop({ graceMs: 0 });
    });
  });
});

test('in mid-life each request is met by every status, by silence and by a cut, and no turn is lost', async () => {
  const met = new Set<string>();
  await forEachFault(async (fault) => {
    await using faulty = await FaultyTemporal.before(server.address);
    const wrapper = wrapperAt(faulty.address);
    await wrapper.start();
    for (const request of IN_MID_LIFE) {
      faulty.arm((method) => (method === request ? fault : undefined));
      const canceled = turnInput({ ticks: 400 });
      const outcome = wrapper.run(canceled);
      await Promise.all([
        answered(wrapper, { ticks: 3 }),
        // Most have their activity by then, which is to be canceled, too.
        bench
          .entry(canceled.taskId, 'begin')
          .then(() => delay(400))
          .then(() => wrapper.cancel(canceled.taskId)),
      ]);
      expect((await outcome).result).toMatchObject({ success: false, error: 'canceled' });
      if (faulty.suffered(request) > 0) met.add(request);
      faulty.disarm();
    }
    await waitUntil(`Temporal is found after ${nameOf(fault)}`, () => wrapper.isAvailable());
    await answered(wrapper);
    await wrapper.stop({ graceMs: 0 });
  });
  expect([...met].sort()).toEqual([...IN_MID_LIFE].sort());
});

test('what takes up the turns of an earlier life is met by every fault, and the workspace comes up', async () => {
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
      // Its identity is that of a later life of the same installation, so the turn is to be given up.
      const wrapper = bench.wrapper(faulty.address, { workspaceId, instanceId, settings: QUICK });
      await wrapper.start();
      if (faulty.suffered(request) > 0) met.add(request);
      faulty.disarm();
      await wrapper.stop({ graceMs: 0 });
    }
  });
  expect([...met].sort()).toEqual([...OF_RECOVERY].sort());
});

test('how a turn ends that runs elsewhere is asked of the body when Temporal does not say', async () => {
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
    await waitUntil('it is asked', () => faulty.suffered('GetWorkflowExecutionHistory') > 0);
    // What may pass by itself is asked again until the process stops, which leaves the turn to the other.
    const ended = await Promise.race([outcome, delay(200).then(() => 'asked again' as const)]);
    if (ended !== 'asked again') expect(ended.result.finalText).toBe('what the log says');
    await wrapper.stop({ graceMs: 0 });
    if (ended === 'asked again') expect((await outcome).handedOver).toBe(true);
  });
});

test('a turn whose heartbeats are refused until its last attempt is lost goes on, because its process lives', async () => {
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
  // Temporal has given up: as far as it knows, the turn was lost with its process.
  expect((await bench.entry(input.taskId, 'conclude')).reason).toBe('failed');
  expect((await outcome).result).toEqual({ finalText: `answer to ${input.taskId}`, success: true });
  expect(bench.begins(input.taskId)).toHaveLength(1);
});

test.each([
  ['namespace is deleted', 5, 'TEMPORAL_NAMESPACE_NOT_FOUND'],
  ['key is revoked', 16, 'TEMPORAL_ACCESS_DENIED'],
])('a workspace whose %s in mid-life says that it is not durable, until it is again', async (_, status, code) => {
  await using faulty = await FaultyTemporal.before(server.address);
  const wrapper = wrapperAt(faulty.address);
  await wrapper.start();
  // A server's sign of life needs neither.
  faulty.arm((method) => (['GetSystemInfo', 'PollWorkflowTaskQueue'].includes(method) ? undefined : status));
  const input = turnInput();
  expect((await wrapper.run(input, { begun: true })).result.success).toBe(true);
  await waitUntil('it is told', () => wrapper.status().detail.includes(code));
  expect(wrapper.isAvailable()).toBe(false);
  faulty.disarm();
  await waitUntil('it is durable again', async () => {
    return wrapper.isAvailable() && (await wrapper.run(turnInput())).mode === 'durable';
  });
  await wrapper.stop({ graceMs: 0 });
});

test('a stop asks Temporal nothing of a turn that the body hands over by itself, so that nothing holds it up', async () => {
  await using faulty = await FaultyTemporal.before(server.address);
  let handOver = () => {};
  const stopped = new Promise<never>((_, reject) => {
    handOver = () => reject(new TurnHandedOver());
  });
  stopped.catch(() => {});
  const begun = deferred<void>();
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
  expect((await outcome).handedOver).toBe(true);
  await stopping;
  expect(faulty.suffered('GetWorkflowExecutionHistory')).toBe(0);
});

test('a stop while Temporal answers nothing but one status, hangs or cuts hands turns over and ends', async () => {
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
    expect((await outcome).handedOver).toBe(true);
  });
});

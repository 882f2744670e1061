import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TemporalDevServer } from '../src/index.js';
import type { HostOptions } from './fixtures/host.js';
import { Bench, closedStatus } from './support/bench.js';
import { HostProcess } from './support/host-process.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

let bench: Bench;
let server: TemporalDevServer;
let client: Client;
let resources: AsyncDisposableStack;

beforeAll(async () => {
  bench = await Bench.create();
  server = await bench.server();
  client = await bench.client(server.address);
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

beforeEach(() => {
  resources = new AsyncDisposableStack();
});

afterEach(async () => {
  await resources.disposeAsync();
});

/** One workspace per test, so that no process runs a turn of another test. */
function host(options: Partial<Omit<HostOptions, 'host' | 'ledger'>> & { workspaceId: string }) {
  return resources.use(new HostProcess({ host: server.address, ledger: bench.directory, ...options }));
}

/** Longer than any test, so that a turn that runs again cannot have waited for the timeout. */
const NEVER_MS = 600_000;

/** Waits until Temporal has received this number of heartbeats of the turn. They are a second apart, and hold its checkpoint. */
async function heartbeats(taskId: string, count: number): Promise<void> {
  const times = new Set<string>();
  await waitUntil(`${count} heartbeats of ${taskId}`, async () => {
    const { raw } = await client.workflow.getHandle(`molecule-${taskId}`).describe();
    const at = raw.pendingActivities?.[0]?.lastHeartbeatTime;
    if (at) times.add(`${at.seconds}.${at.nanos}`);
    return times.size >= count;
  });
}

test('after kill -9 and a restart, the turn continues from its checkpoint without waiting for the heartbeat timeout', async () => {
  const workspaceId = 'killed';
  const input = turnInput({ ticks: 80 }, { workspaceId });
  const first = host({ workspaceId, heartbeatTimeoutMs: NEVER_MS });
  await first.ready();
  first.send({ command: 'run', input });
  await bench.entry(input.taskId, 'begin');
  await heartbeats(input.taskId, 3);
  await first.end('SIGKILL');

  const second = host({ workspaceId, unfinished: [input.taskId] });
  const begin = await bench.entry(input.taskId, 'begin', 2);
  expect(begin).toMatchObject({ pid: second.pid });
  expect(begin.from).toBeGreaterThan(10);
  await bench.entry(input.taskId, 'end');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(2);
});

test('after kill -9 between the start of the workflow and its activity, the turn is taken over', async () => {
  const workspaceId = 'killed-early';
  const input = turnInput({ ticks: 20, dieAtBegin: true }, { workspaceId });
  const first = host({ workspaceId });
  await first.ready();
  first.send({ command: 'run', input });
  const { pid } = await bench.entry(input.taskId, 'begin');
  const second = host({ workspaceId, unfinished: [input.taskId] });
  const begin = await bench.entry(input.taskId, 'begin', 2);
  expect(pid).toBe(first.pid);
  expect(begin).toMatchObject({ pid: second.pid, from: 0 });
  await bench.entry(input.taskId, 'end');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
});

test('after kill -9 without a restart, a replica takes over the turn after the heartbeat timeout', async () => {
  const workspaceId = 'replicas';
  const input = turnInput({ ticks: 40 }, { workspaceId });
  const [first, replica] = [host({ workspaceId, instanceId: 'one' }), host({ workspaceId, instanceId: 'two' })];
  await Promise.all([first.ready(), replica.ready()]);
  first.send({ command: 'run', input });
  await bench.entry(input.taskId, 'begin');
  await heartbeats(input.taskId, 2);
  await first.end('SIGKILL');
  const begin = await bench.entry(input.taskId, 'begin', 2);
  expect(begin).toMatchObject({ pid: replica.pid });
  expect(begin.from).toBeGreaterThan(5);
  await bench.entry(input.taskId, 'end');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(2);
});

test('after SIGTERM a replica continues the turn from its checkpoint without waiting for the heartbeat timeout', async () => {
  const workspaceId = 'deploy';
  const input = turnInput({ ticks: 60 }, { workspaceId });
  const first = host({ workspaceId, instanceId: 'old', graceMs: 300, heartbeatTimeoutMs: NEVER_MS });
  await first.ready();
  first.send({ command: 'run', input });
  await bench.entry(input.taskId, 'begin');
  const replica = host({ workspaceId, instanceId: 'new' });
  await replica.ready();
  const ended = first.end('SIGTERM');
  const begin = await bench.entry(input.taskId, 'begin', 2);
  expect(begin).toMatchObject({ pid: replica.pid });
  expect(begin.from).toBeGreaterThan(5);
  expect(await ended).toBe(0);
  expect((await first.outcome(input.taskId)).kind).toBe('handed-over');
  await bench.entry(input.taskId, 'end');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(2);
});

test('after SIGTERM a turn that can finish within the grace period finishes in its process', async () => {
  const workspaceId = 'graceful';
  const input = turnInput({ ticks: 20 }, { workspaceId });
  const first = host({ workspaceId, graceMs: 10_000 });
  await first.ready();
  first.send({ command: 'run', input });
  await bench.entry(input.taskId, 'begin');
  expect(await first.end('SIGTERM')).toBe(0);
  expect(await first.outcome(input.taskId)).toMatchObject({ result: { success: true } });
  const second = host({ workspaceId });
  await second.ready();
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(1);
});

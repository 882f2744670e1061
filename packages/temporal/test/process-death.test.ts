import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TemporalDevServer } from '../src/index.js';
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

/** One workspace per test, so that no test's processes take another's work. */
function host(options: { workspaceId: string; instanceId?: string; unfinished?: string[]; graceMs?: number }) {
  return resources.use(new HostProcess({ host: server.address, ledger: bench.directory, ...options }));
}

/** Waits until Temporal has heard so many heartbeats of the turn; they come a second apart, and bring its checkpoint. */
async function heartbeats(taskId: string, count: number): Promise<void> {
  const times = new Set<string>();
  await waitUntil(`${count} heartbeats of ${taskId}`, async () => {
    const { raw } = await client.workflow.getHandle(`molecule-${taskId}`).describe();
    const at = raw.pendingActivities?.[0]?.lastHeartbeatTime;
    if (at) times.add(`${at.seconds}.${at.nanos}`);
    return times.size >= count;
  });
}

test('kill -9, restart: the turn goes on from its checkpoint within moments, not after a timeout', async () => {
  const workspaceId = 'killed';
  const input = turnInput({ ticks: 80 }, { workspaceId });
  const first = host({ workspaceId });
  await first.ready();
  first.send({ command: 'run', input });
  await bench.entry(input.taskId, 'begin');
  await heartbeats(input.taskId, 3);
  await first.end('SIGKILL');

  const second = host({ workspaceId, unfinished: [input.taskId] });
  const ready = await second.ready();
  const begin = await bench.entry(input.taskId, 'begin', 2);
  expect(begin).toMatchObject({ pid: second.pid });
  expect(begin.from).toBeGreaterThan(10);
  expect(begin.at - ready).toBeLessThan(1_500);
  await bench.entry(input.taskId, 'end');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(2);
});

test('kill -9 in the moment of the start, before the activity is there: the turn is taken over all the same', async () => {
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

test('kill -9, no restart: a replica takes the turn over after the heartbeat timeout', async () => {
  const workspaceId = 'replicas';
  const input = turnInput({ ticks: 40 }, { workspaceId });
  const [first, replica] = [host({ workspaceId, instanceId: 'one' }), host({ workspaceId, instanceId: 'two' })];
  await Promise.all([first.ready(), replica.ready()]);
  first.send({ command: 'run', input });
  await bench.entry(input.taskId, 'begin');
  await heartbeats(input.taskId, 2);
  await first.end('SIGKILL');
  const killed = Date.now();
  const begin = await bench.entry(input.taskId, 'begin', 2);
  expect(begin).toMatchObject({ pid: replica.pid });
  expect(begin.from).toBeGreaterThan(5);
  expect(begin.at - killed).toBeLessThan(7_500);
  await bench.entry(input.taskId, 'end');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(2);
});

test('SIGTERM: a replica goes on with the turn from its checkpoint at once', async () => {
  const workspaceId = 'deploy';
  const input = turnInput({ ticks: 60 }, { workspaceId });
  const first = host({ workspaceId, instanceId: 'old', graceMs: 300 });
  await first.ready();
  first.send({ command: 'run', input });
  await bench.entry(input.taskId, 'begin');
  const replica = host({ workspaceId, instanceId: 'new' });
  await replica.ready();
  const asked = Date.now();
  const ended = first.end('SIGTERM');
  const begin = await bench.entry(input.taskId, 'begin', 2);
  expect(begin).toMatchObject({ pid: replica.pid });
  expect(begin.from).toBeGreaterThan(5);
  expect(begin.at - asked).toBeLessThan(3_500);
  expect(await ended).toBe(0);
  expect((await first.outcome(input.taskId)).handedOver).toBe(true);
  await bench.entry(input.taskId, 'end');
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(2);
});

test('SIGTERM: a turn that can finish within the time of grace finishes where it is', async () => {
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

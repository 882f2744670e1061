import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { begin, connect, getTask, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace, untilDurable } from './support/durable-workspace.js';
import { plan } from './support/ledger-adapter.js';
import { settled } from './support/settled.js';
import { heardForMs, openWorkflows, startTemporal } from './support/temporal.js';

const TASKS = 20;
const MOST = 2;

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('durable turns wait for their slot with heartbeats, and after kill -9 no more of them run at once', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address, { MOLECULE_MAX_TURNS: String(MOST) });
  await using before = await workspace.startProcess();
  await untilDurable(before.url);
  const first = await connect(before.url);
  const gate = workspace.file('gate');
  const tasks = await Promise.all(
    Array.from({ length: TASKS }, () => begin(first, plan({ words: 2, untilFile: gate }))),
  );
  await until('the slots are taken', () => workspace.begins().length === MOST);
  const begun = new Set(workspace.begins().map(({ taskId }) => taskId));
  const waiting = tasks.filter(({ id }) => !begun.has(id));
  // Longer than the 5 s after which Temporal takes a turn without heartbeats away.
  const [one] = waiting;
  if (!one) throw new Error('Some turns were to wait.');
  await until('a waiting turn has sent heartbeats', async () => (await heardForMs(temporal, one.id)) > 6_000, 30_000);
  expect(stateOf(await getTask(first, one.id))).toBe('submitted');
  expect(workspace.begins()).toHaveLength(MOST);
  await before.kill('SIGKILL');

  await using after = await workspace.startProcess();
  await untilDurable(after.url);
  const mine = () => workspace.lines().filter(({ pid }) => pid === after.pid);
  await until('the slots are taken again', () => mine().length === MOST, 30_000);
  await workspace.release(gate);
  const second = await connect(after.url);
  for (const { id } of tasks) expect(stateOf(await settled(second, id, 30_000))).toBe('completed');
  let running = 0;
  for (const { event } of mine()) {
    running += event === 'begin' ? 1 : -1;
    expect(running).toBeLessThanOrEqual(MOST);
  }
  // The turns that ran when their process was killed were begun once more, and each other one was begun once.
  expect(workspace.begins()).toHaveLength(TASKS + MOST);
  await until('no workflow is left', async () => (await openWorkflows(temporal, workspace.workspaceId)) === 0, 20_000);
});

import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, begin, connect, stateOf } from '../support/a2a-client.js';
import { until } from '../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { plan, words } from './support/ledger-adapter.js';
import { settled } from './support/settled.js';
import { isAttended, startTemporal } from './support/temporal.js';

/** The heartbeat timeout, and what Temporal and a busy machine add to it. */
const TAKEOVER_MS = 5_000 + 2_000;

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
}, 60_000);
afterAll(() => temporal?.stop());

it('another process takes a turn over only when the first is gone, soon, and goes on where it was', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using first = await workspace.startProcess();
  await using second = await workspace.startProcess();
  const gate = workspace.file('gate');
  const client = await connect(first.url);
  const tasks = await Promise.all(Array.from({ length: 5 }, () => begin(client, plan({ words: 3, untilFile: gate }))));
  await until('all run', () => workspace.begins().length === tasks.length);
  // Longer than the heartbeat timeout: who is alive is not given up on.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  expect(workspace.begins().map(({ pid }) => pid)).toEqual(tasks.map(() => first.pid));

  const killedAt = Date.now();
  await first.kill('SIGKILL');
  await until('all run again', () => workspace.begins().length === 2 * tasks.length, 2 * TAKEOVER_MS);
  const again = workspace.begins().slice(tasks.length);
  expect(Math.max(...again.map(({ at }) => at)) - killedAt).toBeLessThan(TAKEOVER_MS);
  for (const line of again) expect(line).toMatchObject({ pid: second.pid, kind: 'continue', attempt: 2, from: 3 });
  await workspace.release(gate);
  const survivor = await connect(second.url);
  for (const { id } of tasks) {
    const task = await settled(survivor, id);
    expect([stateOf(task), answerOf(task)]).toEqual(['completed', words(3)]);
  }
  expect(workspace.begins()).toHaveLength(2 * tasks.length);
});

it('a process that is started again has the turn running within half a second of being ready', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using first = await workspace.startProcess();
  const gate = workspace.file('gate');
  const { id } = await begin(await connect(first.url), plan({ words: 3, untilFile: gate }));
  await until('its activity runs', () => isAttended(temporal, id));
  await first.kill('SIGKILL');
  await using again = await workspace.startProcess();
  await until('it runs again', () => workspace.begins(id).length === 2);
  expect((workspace.begins(id)[1]?.at ?? Number.NaN) - again.readyAt).toBeLessThan(500);
  await workspace.release(gate);
  expect(answerOf(await settled(await connect(again.url), id))).toBe(words(3));
});

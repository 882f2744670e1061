import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, begin, connect, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { plan, words } from './support/ledger-adapter.js';
import { settled } from './support/settled.js';
import { heardForMs, isAttended, lastFailure, startTemporal } from './support/temporal.js';

const HEARTBEAT_TIMEOUT_MS = 5_000;
/** Longer than any wait of these tests. */
const NEVER_MS = 3_600_000;

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('another process takes over a turn only after the first has died, and resumes it there', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using first = await workspace.startProcess();
  await using second = await workspace.startProcess();
  const gate = workspace.file('gate');
  const client = await connect(first.url);
  const tasks = await Promise.all(Array.from({ length: 5 }, () => begin(client, plan({ words: 3, untilFile: gate }))));
  await until('all run', () => workspace.begins().length === tasks.length, 60_000);
  for (const { id } of tasks) {
    const outlives = async () => (await heardForMs(temporal, id)) > HEARTBEAT_TIMEOUT_MS;
    await until('its attempt outlives the heartbeat timeout', outlives, 60_000);
  }
  expect(workspace.begins().map(({ pid }) => pid)).toEqual(tasks.map(() => first.pid));

  await first.kill('SIGKILL');
  await until('all run again', () => workspace.begins().length === 2 * tasks.length, 60_000);
  const again = workspace.begins().slice(tasks.length);
  for (const line of again) expect(line).toMatchObject({ pid: second.pid, kind: 'continue', attempt: 2, from: 3 });
  await workspace.release(gate);
  const survivor = await connect(second.url);
  for (const { id } of tasks) {
    const task = await settled(survivor, id);
    expect([stateOf(task), answerOf(task)]).toEqual(['completed', words(3)]);
  }
  expect(workspace.begins()).toHaveLength(2 * tasks.length);
});

it('a process that is started again resumes the turn without waiting for the heartbeat timeout', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using first = await workspace.startProcess({}, NEVER_MS);
  const gate = workspace.file('gate');
  const { id } = await begin(await connect(first.url), plan({ words: 3, untilFile: gate }));
  await until('its activity runs', () => isAttended(temporal, id), 60_000);
  await first.kill('SIGKILL');
  await using again = await workspace.startProcess();
  await until('it runs again', () => workspace.begins(id).length === 2, 60_000);
  // The restarted process has ended the lost attempt itself. A timeout would be another failure type in Temporal's record.
  await until('the lost attempt has ended', async () => (await lastFailure(temporal, id)) !== undefined, 60_000);
  expect(await lastFailure(temporal, id)).toBe('WorkerLost');
  await workspace.release(gate);
  expect(answerOf(await settled(await connect(again.url), id))).toBe(words(3));
});

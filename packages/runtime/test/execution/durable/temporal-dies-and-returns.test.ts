import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answerOf, begin, connect, send, stateOf } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace, isDurable, untilDurable } from './support/durable-workspace.js';
import { plan, words } from './support/ledger-adapter.js';
import { settled } from './support/settled.js';
import {
  freezeTemporal,
  isAttended,
  killTemporal,
  openBlackHole,
  openWorkflows,
  startTemporal,
  unusedPort,
  workflowStatus,
} from './support/temporal.js';

const texts = (many: number) => Array.from({ length: many }, (_, index) => `message ${index}`);

it('if Temporal is killed during a task and restarted, every task is answered once, and later ones are durable again', async () => {
  const port = await unusedPort();
  await using workspace = await DurableWorkspace.create(`127.0.0.1:${port}`);
  const dataFile = join(workspace.directory, 'temporal.db');
  const first = await startTemporal({ port, dataFile });
  await using runtime = await workspace.start();
  await untilDurable(runtime.url);
  const client = await connect(runtime.url);
  // The first task of a process starts several times slower than the others. That must not count as an outage.
  await send(client, 'warm up');
  const [early, late] = [workspace.file('early'), workspace.file('late')];
  const finishesMeanwhile = await begin(client, plan({ words: 3, untilFile: early }));
  const finishesLater = await begin(client, plan({ words: 3, untilFile: late }));
  for (const { id } of [finishesMeanwhile, finishesLater])
    await until('its activity runs', () => isAttended(first, id));

  await killTemporal(first);
  await workspace.release(early);
  const meanwhile = await Promise.all(texts(5).map((text) => send(client, text)));
  expect(meanwhile.map(answerOf)).toEqual(texts(5).map((text) => `echo: ${text}`));
  expect(answerOf(await settled(client, finishesMeanwhile.id))).toBe(words(3));
  await until('the outage is noticed', async () => !(await isDurable(runtime.url)));
  // Longer than the heartbeat timeout: after its restart, Temporal counts the running turn's attempt as timed out.
  await new Promise((resolve) => setTimeout(resolve, 6_000));

  await using second = await startTemporal({ port, dataFile });
  await untilDurable(runtime.url);
  await workspace.release(late);
  expect(answerOf(await settled(client, finishesLater.id))).toBe(words(3));
  const later = await send(client, 'later');
  expect(answerOf(later)).toBe('echo: later');
  const known = [finishesMeanwhile.id, finishesLater.id, later.id];
  for (const id of known)
    await until('its workflow has ended', async () => (await workflowStatus(second, id)) === 'COMPLETED', 20_000);
  // The start of a task that was answered meanwhile may still arrive. The task is over by then, so no engine starts.
  await until('no workflow is left', async () => (await openWorkflows(second, workspace.workspaceId)) === 0);
  for (const id of [...known, ...meanwhile.map((task) => task.id)]) expect(workspace.begins(id)).toHaveLength(1);
});

it.concurrent('while Temporal hangs, no task is delayed, and every task is recorded when Temporal continues', async () => {
  await using temporal = await startTemporal();
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using runtime = await workspace.start();
  await untilDurable(runtime.url);
  const client = await connect(runtime.url);
  const frozen = freezeTemporal(temporal);
  const tasks = await Promise.all(texts(5).map((text) => send(client, text)));
  expect(tasks.map(answerOf)).toEqual(texts(5).map((text) => `echo: ${text}`));
  frozen.goOn();
  for (const { id } of tasks)
    await until('its workflow has ended', async () => (await workflowStatus(temporal, id)) === 'COMPLETED', 20_000);
  expect(workspace.begins()).toHaveLength(5);
});

it.concurrent('if Temporal starts after the agent, turns are durable from then on, without a restart of the agent', async () => {
  const port = await unusedPort();
  await using workspace = await DurableWorkspace.create(`127.0.0.1:${port}`);
  await using runtime = await workspace.start();
  expect(runtime.info.durable.yes).toBe(false);
  const client = await connect(runtime.url);
  const before = await send(client, 'before');
  expect(answerOf(before)).toBe('echo: before');

  await using temporal = await startTemporal({ port });
  await untilDurable(runtime.url);
  const after = await send(client, 'after');
  expect(answerOf(after)).toBe('echo: after');
  await until('its workflow has ended', async () => (await workflowStatus(temporal, after.id)) === 'COMPLETED');
  expect(await workflowStatus(temporal, before.id)).toBeUndefined();
  expect(workspace.begins()).toHaveLength(2);
});

it.concurrent('a Temporal server that accepts connections and never answers delays neither the boot nor a task', async () => {
  await using blackHole = await openBlackHole();
  await using workspace = await DurableWorkspace.create(blackHole.address);
  await using runtime = await workspace.start();
  expect(runtime.info.durable.yes).toBe(false);
  const client = await connect(runtime.url);
  expect(stateOf(await send(client, 'hello'))).toBe('completed');
});

import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, connect, send } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { historyOf, startTemporal, workflowStatus } from './support/temporal.js';

const MAX_EVENTS = 13;

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

it('the same message sent 50 times at once, to two processes, is one task and one start of the engine', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using here = await workspace.start();
  await using there = await workspace.startProcess();
  const clients = [await connect(here.url), await connect(there.url)];
  const messageId = crypto.randomUUID();
  const tasks = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const client = clients[index % 2];
      if (!client) throw new Error('There are two clients.');
      return send(client, 'hello', { messageId, contextId: 'context-1' });
    }),
  );
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(1);
  expect(new Set(tasks.map(answerOf))).toEqual(new Set(['echo: hello']));
  expect(workspace.begins()).toHaveLength(1);
});

it('a task has at most 13 events of history, with the documented stages', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using runtime = await workspace.start();
  const { id } = await send(await connect(runtime.url), 'hello');
  await until('its workflow has ended', async () => (await workflowStatus(temporal, id)) === 'COMPLETED');
  const { eventTypes, readable } = await historyOf(temporal, id);
  expect(eventTypes.length).toBeLessThanOrEqual(MAX_EVENTS);
  for (const stage of ['task_receive', 'llm_call', 'task_complete']) expect(readable).toContain(stage);
  // The keys by which an operator finds it.
  for (const known of [id, workspace.workspaceId]) expect(readable).toContain(known);
});

import { type ListTasksRequest, type ListTasksResponse, TaskState } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, begin, cancelTask, connect, getTask, send } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { rpc, wireMessage } from '../../support/wire.js';

describe.each(['JSONRPC', 'HTTP+JSON'] as const)('over %s', (binding) => {
  let runtime: TestRuntime;
  let client: Client;
  const ids: string[] = [];
  let middle = '';
  beforeAll(async () => {
    runtime = await startTestRuntime({ adapter: playAdapter().adapter });
    client = await connect(runtime.url, { binding });
    for (let count = 0; count < 25; count++) {
      const contextId = count % 5 === 0 ? 'fifth' : 'other';
      await clockTick();
      if (count === 20) middle = new Date().toISOString();
      ids.push((await send(client, `number ${count}`, { contextId })).id);
    }
    await clockTick();
    ids.push((await send(client, play({ say: 'x' }, { fail: 'auth' }))).id);
    await clockTick();
    const canceled = await begin(client, play({ gate: 'never' }));
    await cancelTask(client, canceled.id);
    ids.push(canceled.id);
  });
  afterAll(() => runtime[Symbol.asyncDispose]());

  it.each([1, 4, 26, 27, 100])('pages of %i bring every task once, the newest status first', async (pageSize) => {
    const listed: string[] = [];
    let pageToken = '';
    do {
      const page = await list(client, { pageSize, pageToken });
      expect(page.totalSize).toBe(27);
      expect(page.tasks.length).toBeLessThanOrEqual(pageSize);
      listed.push(...page.tasks.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(listed).toEqual([...ids].reverse());
  });

  it('without a page size, fifty are listed', async () => {
    const page = await list(client, {});
    expect(page.tasks).toHaveLength(27);
    expect(page.nextPageToken).toBe('');
  });

  it('a context, a state and a time filter the list, one by one and together', async () => {
    expect((await list(client, { contextId: 'fifth' })).totalSize).toBe(5);
    expect((await list(client, { contextId: 'nobody' })).tasks).toEqual([]);
    expect((await list(client, { status: TaskState.TASK_STATE_FAILED })).tasks.map(({ id }) => id)).toEqual([ids[25]]);
    expect((await list(client, { status: TaskState.TASK_STATE_CANCELED })).totalSize).toBe(1);
    expect((await list(client, { status: TaskState.TASK_STATE_WORKING })).totalSize).toBe(0);
    expect((await list(client, { statusTimestampAfter: middle })).totalSize).toBe(7);
    const all = { contextId: 'fifth', status: TaskState.TASK_STATE_COMPLETED, statusTimestampAfter: middle };
    expect((await list(client, all)).tasks.map(({ id }) => id)).toEqual([ids[20]]);
  });

  it('the list has artifacts if they are requested, and history of the requested length', async () => {
    const bare = await list(client, { contextId: 'fifth' });
    for (const task of bare.tasks) expect([task.artifacts, task.history]).toEqual([[], []]);
    const full = await list(client, { contextId: 'fifth', includeArtifacts: true, historyLength: 0 });
    for (const task of full.tasks) expect([answerOf(task).slice(0, 12), task.history]).toEqual(['echo: number', []]);
  });

  it.each(['zzz', 'W10', 'WyJ4IiwxXQ', Buffer.from('[1]').toString('base64url'), '%', '"'])(
    'an invalid page token is refused: %s',
    async (pageToken) => {
      await expect(list(client, { pageToken })).rejects.toThrow('pageToken');
    },
  );

  it('a page token of another filter does no harm', async () => {
    const { nextPageToken } = await list(client, { pageSize: 3 });
    const page = await list(client, { pageSize: 3, pageToken: nextPageToken, contextId: 'fifth' });
    expect(page.tasks.every(({ contextId }) => contextId === 'fifth')).toBe(true);
  });
});

it('a list that names nothing to show has no history, and so no file of a caller, on every way to it', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const bytes = Buffer.from('secret bytes of the caller').toString('base64');
  const message = wireMessage('', { parts: [{ text: 'keep it' }, { raw: bytes, filename: 'a.bin' }] });
  await rpc(runtime.url, 'SendMessage', message);
  const listed = await rpc(runtime.url, 'ListTasks', {});
  const ways = [
    listed.body,
    await getText(`${runtime.url}/tasks`, '1.0'),
    await getText(`${runtime.url}/v1/tasks`, '0.3'),
  ];
  for (const told of ways) {
    expect(JSON.stringify(told)).toContain('COMPLETED');
    expect(JSON.stringify(told)).not.toContain('keep it');
    expect(JSON.stringify(told)).not.toContain(bytes);
  }
});

async function getText(url: string, version: string): Promise<string> {
  return (await fetch(url, { headers: { 'a2a-version': version } })).text();
}

it('a task is returned with history of the requested length', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }));
  await send(client, 'blue', { taskId: asked.id });
  const lengths = [undefined, 0, 1, 2, 3, 100].map(async (length) => {
    const { history } = await getTask(client, asked.id, length);
    return history.map(({ parts }) => parts[0]?.content?.value);
  });
  const all = [play({ ask: 'Which?' }), 'Which?', 'blue'];
  expect(await Promise.all(lengths)).toEqual([all, [], ['blue'], ['Which?', 'blue'], all, all]);
});

it('an answer is returned with history of the requested length', async () => {
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  const client = await connect(runtime.url);
  expect((await send(client, 'hello', { historyLength: 0 })).history).toEqual([]);
  expect((await send(client, 'hello', { historyLength: 5 })).history).toHaveLength(1);
  expect((await begin(client, 'hello', { historyLength: 0 })).history).toEqual([]);
});

/** Callers cannot observe the order of two statuses within one millisecond. */
async function clockTick(): Promise<void> {
  const before = Date.now();
  await until('the clock has moved on', () => Date.now() > before);
}

function list(client: Client, request: Partial<ListTasksRequest>): Promise<ListTasksResponse> {
  return client.listTasks({
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageToken: '',
    statusTimestampAfter: undefined,
    ...request,
  });
}

import type { Client } from '@a2a-js/sdk/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, begin, cancelTask, connect, getTask, send, stateOf, subscribe } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { openStream, rpc, wireMessage } from '../../support/wire.js';

const TOKENS = { ann: 'ann-token-0123456789', annToo: 'ann-other-token-0123', bob: 'bob-token-0123456789' };

let played: PlayAdapter;
let runtime: TestRuntime;
let ann: Client;
let annToo: Client;
let bob: Client;
beforeAll(async () => {
  played = playAdapter();
  const environment = { MOLECULE_TOKENS: `ann:${TOKENS.ann},ann:${TOKENS.annToo},bob:${TOKENS.bob}` };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
  ann = await connect(runtime.url, { token: TOKENS.ann });
  annToo = await connect(runtime.url, { token: TOKENS.annToo });
  bob = await connect(runtime.url, { token: TOKENS.bob });
});
afterAll(() => runtime[Symbol.asyncDispose]());

it("another owner's task is not found by any request, like a task that does not exist", async () => {
  const task = await begin(ann, play({ ask: 'Which?' }));
  const headers = { authorization: `Bearer ${TOKENS.bob}` };
  for (const [method, params] of [
    ['GetTask', { id: task.id }],
    ['CancelTask', { id: task.id }],
    ['SubscribeToTask', { id: task.id }],
    ['SendMessage', wireMessage('hello', { taskId: task.id })],
    ['SendStreamingMessage', wireMessage('hello', { taskId: task.id })],
  ] as const) {
    const theirs = await rpc(runtime.url, method, params, headers);
    const unknown = await rpc(runtime.url, method, withId(params, 'nobody'), headers);
    const told = JSON.stringify(theirs.body.error).replaceAll(task.id, 'nobody');
    expect(told, method).toBe(JSON.stringify(unknown.body.error));
  }
  const path = `${runtime.url}/tasks/${task.id}`;
  expect((await fetch(path, { headers: { ...headers, 'a2a-version': '1.0' } })).status).toBe(404);
  expect(stateOf(await getTask(ann, task.id))).not.toBe('canceled');
  await cancelTask(ann, task.id);
});

it('a list has only the tasks of its owner', async () => {
  const mine = await send(ann, 'of ann');
  const theirs = await send(bob, 'of bob');
  const listed = async (client: Client) => (await listIds(client)).filter((id) => [mine.id, theirs.id].includes(id));
  expect(await listed(ann)).toEqual([mine.id]);
  expect(await listed(bob)).toEqual([theirs.id]);
});

it('several tokens of one owner share its tasks', async () => {
  const task = await begin(ann, play({ ask: 'Which?' }));
  expect((await getTask(annToo, task.id)).id).toBe(task.id);
  expect(await listIds(annToo)).toContain(task.id);
  const answered = await send(annToo, 'blue', { taskId: task.id });
  expect(answerOf(answered)).toBe('answered: blue');
});

it('the message ids of one owner do not affect another', async () => {
  const [messageId, contextId] = ['same-id', 'same-context'];
  const [mine, theirs] = [
    await send(ann, 'of ann', { messageId, contextId }),
    await send(bob, 'of bob', { messageId, contextId }),
  ];
  expect((await send(bob, 'of bob', { messageId, contextId })).id).toBe(theirs.id);
  expect((await send(ann, 'of ann', { messageId, contextId })).id).toBe(mine.id);
  expect(mine.id).not.toBe(theirs.id);
});

it('two owners that name one context share neither the memory of the engine nor a lane', async () => {
  const [text, contextId] = [play({ gate: 'shared' }), 'shared-context'];
  played.turns.splice(0);
  const first = await begin(ann, text, { contextId });
  const second = await begin(bob, text, { contextId });
  await expect.poll(() => played.turns.filter(({ running }) => running).length).toBe(2);
  const [one, two] = played.turns.map(({ turn }) => turn.contextId);
  expect(one).not.toBe(two);
  expect([first.contextId, second.contextId]).toEqual([contextId, contextId]);
  const third = await begin(ann, 'more', { contextId });
  played.gates.open('shared');
  await expect.poll(async () => stateOf(await getTask(ann, third.id))).toBe('completed');
  expect(played.turns.at(-1)?.turn.contextId).toBe(one);
});

it("another owner's stream is refused even with the number of an event", async () => {
  const task = await send(ann, 'hello');
  const headers = { authorization: `Bearer ${TOKENS.bob}`, 'last-event-id': '0' };
  const stream = await openStream(runtime.url, 'SubscribeToTask', { id: task.id }, headers);
  expect(stream.contentType).toContain('application/json');
  await expect(subscribe(bob, task.id).next()).rejects.toThrow('not found');
});

async function listIds(client: Client): Promise<string[]> {
  const { tasks } = await client.listTasks({
    tenant: '',
    contextId: '',
    status: 0,
    pageToken: '',
    statusTimestampAfter: undefined,
  });
  return tasks.map(({ id }) => id);
}

function withId(params: object, taskId: string): object {
  if ('message' in params) return { message: { ...(params.message as object), taskId } };
  return { ...params, id: taskId };
}

it('an owner that is named like a caller without a token cannot name the conversations of others', async () => {
  const engine = playAdapter();
  const environment = { MOLECULE_TOKENS: `anonymous:${TOKENS.ann},bob:${TOKENS.bob}` };
  await using server = await startTestRuntime({ adapter: engine.adapter, environment });
  await send(await connect(server.url, { token: TOKENS.bob }), 'mine', { contextId: 'c' });
  await send(await connect(server.url, { token: TOKENS.ann }), 'what did bob say?', { contextId: 'bob:c' });
  const [bobs, other] = engine.turns.map(({ turn }) => turn.contextId);
  expect(other).not.toBe(bobs);
});

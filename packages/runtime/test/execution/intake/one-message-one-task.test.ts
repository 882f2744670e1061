import { RequestMalformedError } from '@a2a-js/sdk/errors';
import { expect, it } from 'vitest';
import {
  answerOf,
  BINDINGS,
  begin,
  connect,
  getTask,
  send,
  sending,
  stateOf,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

it.each(BINDINGS)('a message sent twice runs once, on $binding $version', async (binding) => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
  const client = await connect(runtime.url, binding);
  const request = { messageId: 'm-1' };
  const first = await send(client, 'hello', request);
  const second = await send(client, 'hello', request);
  expect(second.id).toBe(first.id);
  expect(answerOf(second)).toBe('echo: hello');
  expect(turns).toHaveLength(1);
});

it('a message sent fifty times at once starts the engine once', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const request = sending('hello', { messageId: 'm-1', contextId: 'c-1' });
  const tasks = await Promise.all(Array.from({ length: 50 }, () => client.sendMessage(request)));
  expect(new Set(tasks.map((task) => ('id' in task ? task.id : 'a message'))).size).toBe(1);
  expect(turns).toHaveLength(1);
});

it('a message with a known id and other content is a conflict', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const first = await send(client, 'hello', { messageId: 'm-1' });
  await expect(send(client, 'something else', { messageId: 'm-1' })).rejects.toThrow(RequestMalformedError);
  await expect(send(client, 'hello', { messageId: 'm-1', metadata: { a: 1 } })).rejects.toThrow(first.id);
  const reply = await rpc(runtime.url, 'SendMessage', wireMessage('third', { messageId: 'm-1' }));
  expect(codeIn(reply.body)).toBe('MESSAGE_ID_CONFLICT');
  expect(turns).toHaveLength(1);
});

it('the order of keys does not distinguish messages', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const first = await send(client, 'hello', { messageId: 'm-1', metadata: { a: 1, b: { c: 2, d: [3] } } });
  const second = await send(client, 'hello', { messageId: 'm-1', metadata: { b: { d: [3], c: 2 }, a: 1 } });
  expect(second.id).toBe(first.id);
  expect(turns).toHaveLength(1);
});

it('the same id in another context is another task', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const ids = new Set<string>();
  for (const contextId of ['', 'c-1', 'c-2'])
    ids.add((await send(client, 'hello', { messageId: 'm-1', contextId })).id);
  expect(ids.size).toBe(3);
  expect(turns).toHaveLength(3);
});

it('the same id from another owner is another task', async () => {
  const { adapter, turns } = playAdapter();
  const environment = { MOLECULE_TOKENS: 'ann:ann-token-0123456789,bob:bob-token-0123456789' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const ann = await connect(runtime.url, { token: 'ann-token-0123456789' });
  const bob = await connect(runtime.url, { token: 'bob-token-0123456789' });
  const request = { messageId: 'm-1', contextId: 'c-1' };
  const [first, second] = [await send(ann, 'hello', request), await send(bob, 'hello from bob', request)];
  expect(second.id).not.toBe(first.id);
  expect(turns).toHaveLength(2);
});

it('a message repeated while its task runs streams the same task to its end', async () => {
  const { adapter, turns, gates } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const text = play({ say: 'one ' }, { gate: 'more' }, { say: 'two' });
  const task = await begin(client, text, { messageId: 'm-1' });
  await until('the first words', async () => answerOf(await getTask(client, task.id)) === 'one ');
  const stream = client.sendMessageStream(sending(text, { messageId: 'm-1' }));
  const reader = await new StreamReader().readFirst(stream);
  expect(reader.task.id).toBe(task.id);
  expect(reader.answer).toBe('one ');
  gates.open('more');
  await reader.readAll(stream);
  expect(reader.answer).toBe('one two');
  expect(stateOf(reader.task)).toBe('completed');
  expect(turns).toHaveLength(1);
});

it('a message repeated after a restart returns its first task', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const first = await send(await connect(runtime.url), 'hello', { messageId: 'm-1' });
  await using again = await runtime.restart();
  const second = await send(await connect(again.url), 'hello', { messageId: 'm-1' });
  expect(second.id).toBe(first.id);
  expect(answerOf(second)).toBe('echo: hello');
  expect(turns).toHaveLength(1);
});

it('an answer that is sent twice at once runs once, and both senders get the result', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }));
  const answer = { messageId: 'm-2', taskId: asked.id };
  const tasks = await Promise.all([send(client, 'blue', answer), send(client, 'blue', answer)]);
  for (const task of tasks) expect(answerOf(task)).toBe('answered: blue');
  const later = await send(client, 'blue', answer);
  expect(answerOf(later)).toBe('answered: blue');
  expect(turns.filter(({ turn }) => turn.kind === 'answer')).toHaveLength(1);
});

it('answers that are sent at once leave no place behind, so that the conversation goes on', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }));
  // Storing a file takes long enough for the next answer to arrive.
  const raw = Buffer.alloc(100_000, 'x').toString('base64');
  const answer = (messageId: string) =>
    rpc(runtime.url, 'SendMessage', {
      message: { messageId, role: 'ROLE_USER', taskId: asked.id, parts: [{ text: 'blue' }, { raw }] },
    });
  const replies = await Promise.all(['m-2', 'm-2', 'm-3', 'm-4'].map(answer));
  expect(replies.map(({ body }) => codeIn(body)).sort()).toEqual(['TASK_BUSY', 'TASK_BUSY', undefined, undefined]);
  expect(answerOf(await send(client, 'hello', { contextId: asked.contextId }))).toBe('echo: hello');
  expect(turns.filter(({ turn }) => turn.kind === 'answer')).toHaveLength(1);
  const response = await fetch(`${runtime.url}/readyz`);
  expect(await response.json()).toMatchObject({ turns: { running: 0, waiting: 0 } });
});

import { expect, it } from 'vitest';
import {
  answerOf,
  BINDINGS,
  begin,
  cancelTask,
  connect,
  getTask,
  send,
  sending,
  stateOf,
  subscribe,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, rpc } from '../../support/wire.js';

it.each(BINDINGS)('a cancel aborts the engine, on $binding $version', async (binding) => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: WITH_GRPC });
  const client = await connect(runtime.url, binding);
  const task = await begin(client, play({ gate: 'never' }));
  await until('the engine runs', () => turns[0]?.running);
  const canceled = await cancelTask(client, task.id);
  await until('the engine has stopped', () => turns[0]?.running === false);
  expect(stateOf(canceled)).toBe('canceled');
  expect(turns[0]?.reason).toMatchObject({ code: 'canceled' });
  expect(stateOf(await getTask(client, task.id))).toBe('canceled');
});

it('a cancel leaves no child process of the engine', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ spawn: true }));
  const pid = Number(await until('the child', async () => answerOf(await getTask(client, task.id))));
  expect(isAlive(pid)).toBe(true);
  await cancelTask(client, task.id);
  await until('the child is gone', () => !isAlive(pid));
});

it('every follower of a task receives the cancel at once', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const text = play({ say: 'half' }, { gate: 'never' });
  const task = await begin(client, text, { messageId: 'm-1' });
  const blocked = send(client, text, { messageId: 'm-1' });
  const streams = [subscribe(client, task.id), client.sendMessageStream(sending(text, { messageId: 'm-1' }))];
  const readers = streams.map((stream) => new StreamReader().readAll(stream));
  await until('the first words', async () => answerOf(await getTask(client, task.id)) === 'half');
  await cancelTask(client, task.id);
  for (const reader of await Promise.all(readers)) {
    expect(stateOf(reader.task)).toBe('canceled');
    expect(reader.answer).toBe('half');
  }
  expect(stateOf(await blocked)).toBe('canceled');
});

it('an engine that ignores its signal delays neither the answer to the cancel nor the state', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ deafGate: 'deaf' }));
  await until('the engine runs', () => turns[0]?.running);
  expect(stateOf(await cancelTask(client, task.id))).toBe('canceled');
  expect(turns[0]).toMatchObject({ running: true, aborted: true });
  gates.open('deaf');
});

it('a turn that waits for its lane is canceled without ever beginning', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const first = await begin(client, play({ gate: 'first' }), { contextId: 'c-1' });
  const second = await begin(client, 'second', { contextId: 'c-1' });
  const third = await begin(client, 'third', { contextId: 'c-1' });
  expect(stateOf(await cancelTask(client, second.id))).toBe('canceled');
  gates.open('first');
  await until('the third is done', async () => stateOf(await getTask(client, third.id)) === 'completed');
  expect(stateOf(await getTask(client, first.id))).toBe('completed');
  expect(turns.map(({ turn }) => turn.taskId)).toEqual([first.id, third.id]);
});

it('a task that waits for an answer can be canceled, and then refuses an answer', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }));
  expect(stateOf(await cancelTask(client, asked.id))).toBe('canceled');
  await expect(send(client, 'blue', { taskId: asked.id })).rejects.toThrow('has ended');
});

it('a second cancel is answered like the first, also if both arrive at once', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ gate: 'never' }));
  const both = await Promise.all([cancelTask(client, task.id), cancelTask(client, task.id)]);
  const third = await cancelTask(client, task.id);
  for (const canceled of both) expect(canceled).toEqual(third);
  expect(stateOf(third)).toBe('canceled');
});

it('a finished task cannot be canceled', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const task = await send(await connect(runtime.url), 'hello');
  const reply = await rpc(runtime.url, 'CancelTask', { id: task.id });
  expect(reply.body.error?.code).toBe(-32002);
  expect(codeIn(reply.body)).toBe('TASK_NOT_CANCELABLE');
});

it('a turn in the wait between two attempts is canceled at once, and not tried again', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ fail: 'rate-limit', retryAfterMs: 60_000 }));
  await until('the first attempt has failed', () => turns[0]?.running === false);
  await cancelTask(client, task.id);
  expect((await send(client, 'next', { contextId: task.contextId })).status?.state).toBeDefined();
  expect(turns.filter(({ turn }) => turn.taskId === task.id)).toHaveLength(1);
});

/** True if a process of this id exists. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

import { expect, it } from 'vitest';
import { answerOf, begin, cancelTask, connect, failureOf, getTask, send, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

it('a finished, a failed and a canceled task refuse every message, cancel and subscription', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const completed = await send(client, 'hello');
  const failed = await send(client, play({ fail: 'auth' }));
  const running = await begin(client, play({ gate: 'never' }));
  const canceled = await cancelTask(client, running.id);
  for (const task of [completed, failed, canceled]) {
    const before = await getTask(client, task.id);
    const sent = await rpc(runtime.url, 'SendMessage', wireMessage('more', { taskId: task.id }));
    expect(codeIn(sent.body)).toBe('TASK_TERMINAL');
    expect(sent.body.error?.message).toContain(task.contextId);
    const subscribed = await rpc(runtime.url, 'SubscribeToTask', { id: task.id });
    expect(codeIn(subscribed.body)).toBe('TASK_TERMINAL');
    const canceledAgain = await rpc(runtime.url, 'CancelTask', { id: task.id });
    if (task !== canceled) expect(codeIn(canceledAgain.body)).toBe('TASK_NOT_CANCELABLE');
    expect(await getTask(client, task.id)).toEqual(before);
  }
  expect(failureOf(failed)).toBe('ENGINE_AUTH');
});

it('events of an engine after a cancel change nothing', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ say: 'early' }, { deafGate: 'late' }, { say: ' late' }, { finish: 'all' }));
  await until('the first words', async () => answerOf(await getTask(client, task.id)) === 'early');
  const canceled = await cancelTask(client, task.id);
  expect(stateOf(canceled)).toBe('canceled');
  gates.open('late');
  await until('the engine has stopped', () => turns[0]?.running === false);
  expect(await getTask(client, task.id)).toEqual(canceled);
});

it('a working task refuses a second message', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const task = await begin(client, play({ gate: 'end' }, { say: 'done' }));
  const reply = await rpc(runtime.url, 'SendMessage', wireMessage('hurry', { taskId: task.id }));
  expect(codeIn(reply.body)).toBe('TASK_BUSY');
  const streamed = await rpc(runtime.url, 'SendStreamingMessage', wireMessage('hurry', { taskId: task.id }));
  expect(codeIn(streamed.body)).toBe('TASK_BUSY');
  gates.open('end');
  await until('the task is done', async () => stateOf(await getTask(client, task.id)) === 'completed');
  expect(turns).toHaveLength(1);
});

it('a message that names a task and another context is refused', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const asked = await send(client, play({ ask: 'Which?' }), { contextId: 'c-1' });
  const wrong = await rpc(runtime.url, 'SendMessage', wireMessage('blue', { taskId: asked.id, contextId: 'c-2' }));
  expect(codeIn(wrong.body)).toBe('CONTEXT_MISMATCH');
  expect(stateOf(await getTask(client, asked.id))).toBe('input_required');
  const right = await send(client, 'blue', { taskId: asked.id, contextId: 'c-1' });
  expect(answerOf(right)).toBe('answered: blue');
});

it('an unknown task is not found by any request', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  for (const taskId of ['nobody', '', '../../etc/passwd', "' or 1=1 --", '\u0000', '🦊'.repeat(100)]) {
    for (const method of ['GetTask', 'CancelTask', 'SubscribeToTask']) {
      const reply = await rpc(runtime.url, method, { id: taskId });
      expect(reply.body.error?.code, `${method} ${taskId}`).toBe(-32001);
    }
  }
  const sent = await rpc(runtime.url, 'SendMessage', wireMessage('hello', { taskId: 'nobody' }));
  expect(sent.body.error?.code).toBe(-32001);
});

import { expect, it } from 'vitest';
import { answerOf, connect, getTask, sending, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

it('a client that closes its stream cancels nothing', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const gone = new AbortController();
  const stream = client.sendMessageStream(sending(play({ say: 'one ' }, { gate: 'more' }, { say: 'two' })), {
    signal: gone.signal,
  });
  const reader = await new StreamReader().readFirst(stream);
  gone.abort();
  await expect(reader.readAll(stream)).rejects.toThrow('abort');
  gates.open('more');
  const task = await until('the task is done', async () => {
    const now = await getTask(client, reader.task.id);
    return stateOf(now) === 'completed' && now;
  });
  expect(answerOf(task)).toBe('one two');
  expect(turns[0]?.aborted).toBe(false);
});

it('a client that disconnects while it waits for an answer cancels nothing', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const gone = new AbortController();
  const waiting = client.sendMessage(sending(play({ gate: 'more' }, { say: 'all' })), { signal: gone.signal });
  const turn = await until('the engine runs', () => turns[0]);
  gone.abort();
  await expect(waiting).rejects.toThrow();
  gates.open('more');
  const task = await until('the task is done', async () => {
    const now = await getTask(client, turn.turn.taskId);
    return stateOf(now) === 'completed' && now;
  });
  expect(answerOf(task)).toBe('all');
  expect(turn.aborted).toBe(false);
});

import { expect, it } from 'vitest';
import { answerOf, begin, connect, getTask, send, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

it('turns of one context run one after the other, in the order of their arrival', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const ids: string[] = [];
  for (let count = 0; count < 8; count++) {
    ids.push((await begin(client, play({ wait: 20 }, { say: `${count}` }), { contextId: 'c-1' })).id);
    expect(turns.filter(({ running }) => running).length).toBeLessThanOrEqual(1);
  }
  await until('all are done', () => {
    expect(turns.filter(({ running }) => running).length).toBeLessThanOrEqual(1);
    return turns.length === 8 && turns.every(({ running }) => !running);
  });
  expect(turns.map(({ turn }) => turn.taskId)).toEqual(ids);
});

it('contexts do not wait for each other', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => begin(client, play({ gate: 'all' }), { contextId: `c-${index}` })),
  );
  await until('all run at once', () => turns.filter(({ running }) => running).length === 20);
  gates.open('all');
  await until('all are done', () => turns.every(({ running }) => !running));
});

it('a context with a full queue refuses messages until there is room', async () => {
  const { adapter, gates } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_QUEUE_LIMIT: '2' } });
  const client = await connect(runtime.url);
  const [text, contextId] = [play({ gate: 'go' }, { say: 'done' }), 'c-1'];
  const waiting = [await begin(client, text, { contextId, messageId: 'm-0' })];
  for (const messageId of ['m-1', 'm-2']) waiting.push(await begin(client, text, { contextId, messageId }));
  const refused = await rpc(runtime.url, 'SendMessage', wireMessage('one more', { contextId }));
  expect(codeIn(refused.body)).toBe('TURN_QUEUE_FULL');
  const elsewhere = await send(client, 'other', { contextId: 'c-2' });
  expect(answerOf(elsewhere)).toBe('echo: other');
  const repeated = await begin(client, text, { contextId, messageId: 'm-2' });
  expect(repeated.id).toBe(waiting[2]?.id);
  gates.open('go');
  await until('the queue is empty', async () => stateOf(await getTask(client, waiting[2]?.id ?? '')) === 'completed');
  expect(answerOf(await send(client, 'now', { contextId }))).toBe('echo: now');
});

it('a queue of size 0 refuses every message that would have to wait', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_QUEUE_LIMIT: '0' } });
  const client = await connect(runtime.url);
  expect(answerOf(await send(client, 'alone', { contextId: 'c-1' }))).toBe('echo: alone');
  await begin(client, play({ gate: 'go' }), { contextId: 'c-1' });
  await until('it runs', () => turns[1]?.running);
  const refused = await rpc(runtime.url, 'SendMessage', wireMessage('second', { contextId: 'c-1' }));
  expect(codeIn(refused.body)).toBe('TURN_QUEUE_FULL');
  gates.open('go');
});

it('a hundred simultaneous messages do not exceed the limit of the queue', async () => {
  const { adapter, gates } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_QUEUE_LIMIT: '3' } });
  const replies = await Promise.all(
    Array.from({ length: 100 }, () =>
      rpc(runtime.url, 'SendMessage', {
        ...wireMessage(play({ gate: 'go' }), { contextId: 'c-1' }),
        configuration: { returnImmediately: true },
      }),
    ),
  );
  const taken = replies.filter(({ body }) => body.result !== undefined);
  expect(taken).toHaveLength(4);
  gates.open('go');
});

import type { Client } from '@a2a-js/sdk/client';
import { describe, expect, it } from 'vitest';
import { answerOf, begin, cancelTask, connect, getTask, send, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

const TOKENS = { ann: 'ann-token-0123456789', bob: 'bob-token-0123456789', eve: 'eve-token-0123456789' };
const MOLECULE_TOKENS = Object.entries(TOKENS)
  .map(([owner, token]) => `${owner}:${token}`)
  .join(',');

it('a turn that waits for its slot is submitted, and begins when another one has ended', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: { MOLECULE_MAX_TURNS: '2' } });
  const client = await connect(runtime.url);
  const tasks = await Promise.all([1, 2, 3].map(() => begin(client, play({ gate: 'go' }, { say: 'done' }))));
  await until('two run', () => turns.length === 2);
  const waiting = tasks.filter(({ id }) => turns.every(({ turn }) => turn.taskId !== id));
  expect(await Promise.all(waiting.map(async ({ id }) => stateOf(await getTask(client, id))))).toEqual(['submitted']);
  expect(await turnCounts(runtime.url)).toEqual({ running: 2, waiting: 1, refused: 0 });
  gates.open('go');
  for (const { id } of tasks) {
    await until('it has ended', async () => answerOf(await getTask(client, id)) === 'done');
  }
  await until('all places are free', async () => (await turnCounts(runtime.url)).running === 0);
});

it('a hundred simultaneous messages do not exceed the limits, and what was refused was not stored', async () => {
  const { adapter, gates, turns } = playAdapter();
  const environment = { MOLECULE_MAX_TURNS: '5', MOLECULE_MAX_QUEUE: '7' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const replies = await Promise.all(
    Array.from({ length: 100 }, () =>
      rpc(runtime.url, 'SendMessage', {
        ...wireMessage(play({ gate: 'go' })),
        configuration: { returnImmediately: true },
      }),
    ),
  );
  expect(replies.filter(({ body }) => body.result !== undefined)).toHaveLength(12);
  expect(new Set(replies.map(({ body }) => codeIn(body)))).toEqual(new Set([undefined, 'SERVER_QUEUE_FULL']));
  await until('five run', () => turns.length === 5);
  expect(await turnCounts(runtime.url)).toEqual({ running: 5, waiting: 7, refused: 88 });
  const { body } = await rpc(runtime.url, 'ListTasks', {});
  expect(body.result).toMatchObject({ totalSize: 12 });
  gates.open('go');
  await until('all have ended', () => turns.length === 12 && turns.every(({ running }) => !running));
});

it('the turns of other owners begin in turn while one owner floods the queue', async () => {
  const { adapter, gates, turns } = playAdapter();
  const environment = { MOLECULE_TOKENS, MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '60' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const [ann, bob, eve] = (await Promise.all(
    Object.values(TOKENS).map((token) => connect(runtime.url, { token })),
  )) as [Client, Client, Client];
  const owners = new Map<string, string>();
  const add = async (owner: string, client: Client, count: number) => {
    for (let sent = 0; sent < count; sent++) {
      owners.set((await begin(client, play({ gate: `turn ${owners.size}` }))).id, owner);
    }
  };
  await add('ann', ann, 20);
  await add('bob', bob, 3);
  await add('eve', eve, 2);
  for (let done = 1; done <= 25; done++) {
    await until('the next turn runs', () => turns.length === done);
    const turn = turns.at(-1)?.turn;
    if (turn?.kind !== 'message') throw new Error('The turn of a message was wanted.');
    const [step] = JSON.parse(turn.text) as [{ readonly gate: string }];
    gates.open(step.gate);
  }
  const order = turns.map(({ turn }) => owners.get(turn.taskId));
  expect(order.slice(0, 9)).toEqual(['ann', 'ann', 'bob', 'eve', 'ann', 'bob', 'eve', 'ann', 'bob']);
});

it('one owner that reached its limit is refused, and others are not', async () => {
  const { adapter, gates, turns } = playAdapter();
  const environment = { MOLECULE_TOKENS, MOLECULE_MAX_TURNS_PER_OWNER: '1', MOLECULE_MAX_QUEUE_PER_OWNER: '1' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const [ann, bob] = await Promise.all([TOKENS.ann, TOKENS.bob].map((token) => connect(runtime.url, { token })));
  if (!ann || !bob) throw new Error('Two clients were wanted.');
  await begin(ann, play({ gate: 'go' }));
  await begin(ann, play({ gate: 'go' }));
  const headers = { authorization: `Bearer ${TOKENS.ann}` };
  const refused = await rpc(runtime.url, 'SendMessage', wireMessage('one more'), headers);
  expect(codeIn(refused.body)).toBe('OWNER_QUEUE_FULL');
  await until('the first turn runs', () => turns.length > 0);
  expect(turns).toHaveLength(1);
  expect(answerOf(await send(bob, 'hello'))).toBe('echo: hello');
  gates.open('go');
});

describe('a full server', () => {
  it('answers a message that it knows, and refuses a new one', async () => {
    const { adapter, gates } = playAdapter();
    const environment = { MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '1' };
    await using runtime = await startTestRuntime({ adapter, environment });
    const client = await connect(runtime.url);
    const text = play({ gate: 'go' }, { say: 'done' });
    const running = await begin(client, text, { messageId: 'm-1' });
    const waiting = await begin(client, text, { messageId: 'm-2' });
    expect((await begin(client, text, { messageId: 'm-1' })).id).toBe(running.id);
    expect((await begin(client, text, { messageId: 'm-2' })).id).toBe(waiting.id);
    const refused = await rpc(runtime.url, 'SendMessage', wireMessage('new', { messageId: 'm-3' }));
    expect([refused.status, codeIn(refused.body)]).toEqual([429, 'SERVER_QUEUE_FULL']);
    gates.open('go');
    await until('it has ended', async () => answerOf(await getTask(client, waiting.id)) === 'done');
    // The refused message is not known: it is answered as a new one.
    expect(answerOf(await send(client, 'new', { messageId: 'm-3' }))).toBe('echo: new');
  });

  it('has room again as soon as a waiting turn is canceled', async () => {
    const { adapter, gates, turns } = playAdapter();
    const environment = { MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '1' };
    await using runtime = await startTestRuntime({ adapter, environment });
    const client = await connect(runtime.url);
    await begin(client, play({ gate: 'go' }));
    const waiting = await begin(client, 'never begins');
    expect(stateOf(await cancelTask(client, waiting.id))).toBe('canceled');
    await until('it has left', async () => (await turnCounts(runtime.url)).waiting === 0);
    const next = await begin(client, 'next');
    gates.open('go');
    await until('the next has ended', async () => answerOf(await getTask(client, next.id)) === 'echo: next');
    expect(turns.map(({ turn }) => turn.taskId)).not.toContain(waiting.id);
  });

  it('refuses the answer to a question, which keeps waiting', async () => {
    const { adapter, gates } = playAdapter();
    const environment = { MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '0' };
    await using runtime = await startTestRuntime({ adapter, environment });
    const client = await connect(runtime.url);
    const asked = await send(client, play({ ask: 'Which?' }));
    await begin(client, play({ gate: 'go' }));
    const refused = await rpc(runtime.url, 'SendMessage', wireMessage('blue', { taskId: asked.id }));
    expect([refused.status, codeIn(refused.body)]).toEqual([429, 'SERVER_QUEUE_FULL']);
    expect(stateOf(await getTask(client, asked.id))).toBe('input_required');
    gates.open('go');
    await until('there is room', async () => (await turnCounts(runtime.url)).running === 0);
    expect(answerOf(await send(client, 'blue', { taskId: asked.id }))).toBe('answered: blue');
  });
});

/** The counts that `/readyz` shows. */
async function turnCounts(url: string): Promise<{ readonly running: number; readonly waiting: number }> {
  const response = await fetch(`${url}/readyz`);
  return ((await response.json()) as { readonly turns: { readonly running: number; readonly waiting: number } }).turns;
}

import { TaskState } from '@a2a-js/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sending } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { collect, GrpcClient, METHODS, refusalOf, refusedBy } from './grpc-client.js';

const TOKENS = { ann: 'ann-token-0123456789', bob: 'bob-token-0123456789', 'eve[read]': 'eve-token-0123456789' };

let played: PlayAdapter;
let runtime: TestRuntime;
let client: GrpcClient;
beforeAll(async () => {
  played = playAdapter();
  const environment = {
    MOLECULE_GRPC_PORT: '0',
    MOLECULE_TOKENS: Object.entries(TOKENS)
      .map(([owner, token]) => `${owner}:${token}`)
      .join(','),
    MOLECULE_MAX_TURNS: '1',
    MOLECULE_MAX_QUEUE: '1',
    MOLECULE_QUEUE_LIMIT: '0',
  };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
  client = new GrpcClient(runtime.info.grpc?.address ?? '');
});
afterAll(async () => {
  client[Symbol.dispose]();
  await runtime[Symbol.asyncDispose]();
});

const as = (owner: keyof typeof TOKENS) => ({ authorization: `Bearer ${TOKENS[owner]}` });

it.each([
  ['nobody', {}],
  ['a wrong token', { authorization: 'Bearer wrong-token-0123456789' }],
  ['another scheme', { authorization: `Basic ${TOKENS.ann}` }],
])('refuses %s in every call, before its message is read', async (_name, headers: Record<string, string>) => {
  const calls = [
    client.call(METHODS.sendMessage, Buffer.from('no message at all') as never, headers),
    client.call(METHODS.getTask, { id: 'x', tenant: '', historyLength: undefined }, headers),
    client.call(METHODS.getExtendedAgentCard, { tenant: '' }, headers),
    client.call(METHODS.legacy.getTask, { name: 'tasks/x', historyLength: 0 }, headers),
  ];
  for (const call of calls) {
    expect(await refusalOf(call)).toMatchObject({ status: 'UNAUTHENTICATED', info: { code: 'UNAUTHENTICATED' } });
  }
  const { end } = await collect(client.streamed('hello', headers));
  expect(refusedBy(end)).toMatchObject({ status: 'UNAUTHENTICATED' });
});

it('shows a task to its owner only', async () => {
  const { id } = await client.send('hello', as('ann'));
  const get = (owner: keyof typeof TOKENS) =>
    client.call(METHODS.getTask, { id, tenant: '', historyLength: undefined }, as(owner));
  expect(await get('ann')).toMatchObject({ status: { state: TaskState.TASK_STATE_COMPLETED } });
  expect(await refusalOf(get('bob'))).toMatchObject({ status: 'NOT_FOUND', reason: 'TASK_NOT_FOUND' });
});

it('executes what the scopes of the token allow only', async () => {
  const missing = { id: 'nothing', tenant: '', historyLength: undefined };
  expect(await refusalOf(client.call(METHODS.getTask, missing, as('eve[read]')))).toMatchObject({
    status: 'NOT_FOUND',
  });
  expect(await refusalOf(client.send('hello', as('eve[read]')))).toMatchObject({
    status: 'PERMISSION_DENIED',
    reason: 'INSUFFICIENT_SCOPE',
    info: { scope: 'send' },
  });
  const { end } = await collect(client.streamed('hello', as('eve[read]')));
  expect(refusedBy(end)).toMatchObject({ status: 'PERMISSION_DENIED' });
});

it('has an extended card for who has a token', async () => {
  const card = await client.call(METHODS.getExtendedAgentCard, { tenant: '' }, as('ann'));
  expect(card.skills.map(({ id }) => id)).toContain('engine');
});

it('says when a message can be sent again while the queue is full', async () => {
  const later = { configuration: { ...sending('').configuration, returnImmediately: true } };
  await client.send(play({ gate: 'full' }), as('ann'), later);
  await client.send(play({ gate: 'full' }), as('ann'), later);
  const refused = await refusalOf(client.send('one more', as('bob')));
  expect(refused).toMatchObject({
    status: 'RESOURCE_EXHAUSTED',
    reason: 'SERVER_QUEUE_FULL',
    details: ['google.rpc.ErrorInfo', 'google.rpc.RetryInfo'],
  });
  expect(Number(refused.info['retryAfterSeconds'])).toBeGreaterThanOrEqual(1);
  played.gates.open('full');
});

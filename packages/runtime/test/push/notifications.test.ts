import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEGACY, legacyMessage } from '../serving/wire/wire-requests.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { openWebhook, type Received, type Webhook } from '../support/webhook.js';
import { rpc, wireMessage } from '../support/wire.js';

const TOKEN = 'ann-token-0123456789';
const HEADERS = { authorization: `Bearer ${TOKEN}` };

let played: PlayAdapter;
let runtime: TestRuntime;
let webhook: Webhook;
beforeAll(async () => {
  played = playAdapter();
  webhook = await openWebhook();
  const environment = { MOLECULE_TOKENS: `ann:${TOKEN}`, MOLECULE_PUSH_ALLOW: '127.0.0.1' };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await webhook[Symbol.asyncDispose]();
});

/** What the webhook received of a task, once it is so many notifications. */
async function receivedOf(taskId: string, count: number): Promise<readonly Received[]> {
  const of = () => webhook.received.filter(({ body }) => body.includes(taskId));
  await until(`${count} notifications of the task`, () => of().length >= count);
  return of();
}

/** The kind of what a notification tells, and the state in it. */
function told({ json }: Received): string {
  const [kind, value] = Object.entries(json)[0] ?? [];
  return `${kind} ${(value as { readonly status?: { readonly state?: string } }).status?.state}`;
}

async function send(text: string, configuration: object): Promise<string> {
  const { body } = await rpc(runtime.url, 'SendMessage', { ...wireMessage(text), configuration }, HEADERS);
  return (body.result as { readonly task: { readonly id: string } }).task.id;
}

describe('a message of 1.0 that asks for notifications', () => {
  it('is told each state and then the whole task, in order, as its config says', async () => {
    const taskPushNotificationConfig = {
      url: `${webhook.url}?who=me`,
      token: 'my-token',
      authentication: { scheme: 'Basic', credentials: 'dXNlcjpwYXNz' },
    };
    const taskId = await send(play({ say: 'hello ' }, { say: 'you' }), { taskPushNotificationConfig });
    const received = await receivedOf(taskId, 3);
    expect(received.map(told)).toEqual([
      'statusUpdate TASK_STATE_WORKING',
      'statusUpdate TASK_STATE_COMPLETED',
      'task TASK_STATE_COMPLETED',
    ]);
    expect(received.at(-1)?.json).toMatchObject({ task: { artifacts: [{ parts: [{ text: 'hello you' }] }] } });
    const sequences = received.map(({ headers }) => Number(headers['x-a2a-notification-sequence']));
    expect(sequences).toEqual([...sequences].sort((one, other) => one - other));
    for (const { path, headers } of received) {
      expect(path).toBe('/hook?who=me');
      expect(headers).toMatchObject({
        'content-type': 'application/a2a+json',
        authorization: 'Basic dXNlcjpwYXNz',
        'x-a2a-notification-token': 'my-token',
        'a2a-version': '1.0',
        'webhook-id': `${taskId}:${headers['x-a2a-notification-sequence']}`,
        'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      });
    }
  });

  it('gets them signed: by the published keys, for its URL, over the body', async () => {
    const taskId = await send('hello', { taskPushNotificationConfig: { url: webhook.url } });
    const keys = createRemoteJWKSet(new URL(`${runtime.url}/.well-known/jwks.json`));
    for (const { headers, body } of await receivedOf(taskId, 3)) {
      const signature = String(headers['x-a2a-notification-signature']);
      const { payload } = await jwtVerify(signature, keys, { issuer: runtime.url, audience: webhook.url });
      expect(payload).toMatchObject({
        sub: taskId,
        jti: headers['webhook-id'],
        request_body_sha256: createHash('sha256').update(body).digest('hex'),
      });
      expect(headers).not.toHaveProperty('authorization');
    }
  });

  it('is told of a question, and of the next turn', async () => {
    const taskId = await send(play({ ask: 'Which?' }), { taskPushNotificationConfig: { url: webhook.url } });
    await receivedOf(taskId, 2);
    await rpc(runtime.url, 'SendMessage', wireMessage('blue', { taskId }), HEADERS);
    expect((await receivedOf(taskId, 6)).map(told)).toEqual([
      'statusUpdate TASK_STATE_WORKING',
      'statusUpdate TASK_STATE_INPUT_REQUIRED',
      'statusUpdate TASK_STATE_SUBMITTED',
      'statusUpdate TASK_STATE_WORKING',
      'statusUpdate TASK_STATE_COMPLETED',
      'task TASK_STATE_COMPLETED',
    ]);
  });
});

it('a message of 0.3 that asks for notifications is told tasks of 0.3', async () => {
  const params = {
    ...legacyMessage('hello'),
    configuration: { pushNotificationConfig: { url: webhook.url, token: 'my-token' }, blocking: true },
  };
  const { body } = await rpc(runtime.url, 'message/send', params, { ...LEGACY, ...HEADERS, 'a2a-version': '0.3' });
  const { id } = body.result as { readonly id: string };
  const received = await receivedOf(id, 2);
  expect(received.map(({ json }) => json)).toMatchObject([
    { kind: 'task', id, status: { state: 'working' } },
    {
      kind: 'task',
      id,
      status: { state: 'completed' },
      artifacts: [{ parts: [{ kind: 'text', text: 'echo: hello' }] }],
    },
  ]);
  expect(received[0]?.headers).toMatchObject({ 'x-a2a-notification-token': 'my-token', 'a2a-version': '0.3' });
});

it('a receiver that refuses is told again, in order, until it accepts', async () => {
  webhook.answerWith(503);
  const taskId = await send(play({ gate: 'refused' }), {
    taskPushNotificationConfig: { url: webhook.url },
    returnImmediately: true,
  });
  await receivedOf(taskId, 1);
  played.gates.open('refused');
  await until('the failure is logged', () =>
    runtime.logs.some(({ fields }) => JSON.stringify(fields ?? {}).includes('answered 503')),
  );
  webhook.answerWith(200);
  await until('the end is told', () => webhook.received.some((one) => one.body.includes(taskId) && 'task' in one.json));
  const ids = webhook.received.filter(({ body }) => body.includes(taskId)).map(({ headers }) => headers['webhook-id']);
  expect(ids.length).toBeGreaterThan(3);
  expect([...new Set(ids)]).toHaveLength(3);
  expect(ids.slice(-2)).toEqual([...new Set(ids)].slice(-2));
});

it('what was not told before the process ended is told by the next one', async () => {
  await using receiver = await openWebhook();
  receiver.answerWith(500);
  const { adapter } = playAdapter();
  const environment = { MOLECULE_PUSH_ALLOW: '127.0.0.0/8' };
  await using first = await startTestRuntime({ adapter, environment });
  const configuration = { taskPushNotificationConfig: { url: receiver.url } };
  await rpc(first.url, 'SendMessage', { ...wireMessage('hello'), configuration });
  await until('it was tried', () => receiver.received.length > 0);
  await using _second = await first.restart();
  receiver.answerWith(200);
  await until('the end is told', () => receiver.received.some(({ json }) => 'task' in json));
  const accepted = receiver.received.slice(-3).map(told);
  expect(accepted).toEqual([
    'statusUpdate TASK_STATE_WORKING',
    'statusUpdate TASK_STATE_COMPLETED',
    'task TASK_STATE_COMPLETED',
  ]);
});

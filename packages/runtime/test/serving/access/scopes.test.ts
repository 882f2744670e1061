import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, send } from '../../support/a2a-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn, post, wireMessage } from '../../support/wire.js';

const SCOPES = ['read', 'send', 'cancel', 'admin'] as const;
type Scope = (typeof SCOPES)[number];

const tokenFor = (scope: string) => `${scope}-token-0123456789`;

let runtime: TestRuntime;
let taskId: string;
beforeAll(async () => {
  const limited = SCOPES.map((scope) => `ann[${scope}]:${tokenFor(scope)}`);
  const environment = {
    MOLECULE_TOKENS: [...limited, `ann[read cancel]:${tokenFor('two')}`, `ann:${tokenFor('all')}`].join(','),
  };
  runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
  taskId = (await send(await connect(runtime.url, { token: tokenFor('all') }), 'hello')).id;
});
afterAll(() => runtime[Symbol.asyncDispose]());

interface Call {
  readonly name: string;
  readonly needs: Scope;
  readonly make: (token: string) => Promise<Response>;
}

function rpc(version: string, method: string, needs: Scope, params: () => object): Call {
  return {
    name: `${version} ${method}`,
    needs,
    make: (token) =>
      fetch(runtime.url, {
        method: 'POST',
        headers: headersFor(token, version),
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: params() }),
      }),
  };
}

function rest(version: string, method: string, path: () => string, needs: Scope, body?: () => object): Call {
  return {
    name: `${version} ${method} ${path.toString().slice(6)}`,
    needs,
    make: (token) =>
      fetch(`${runtime.url}${path()}`, {
        method,
        headers: headersFor(token, version),
        ...(body && { body: JSON.stringify(body()) }),
      }),
  };
}

function headersFor(token: string, version: string) {
  return { 'content-type': 'application/json', 'a2a-version': version, authorization: `Bearer ${token}` };
}

const id = () => ({ id: taskId });
const config = () => ({ taskId, id: 'c', url: 'https://receiver.example.com', pushNotificationConfigId: 'c' });
const message = () => wireMessage('hello');
const legacyMessage = () => ({
  message: { kind: 'message', messageId: crypto.randomUUID(), role: 'user', parts: [{ kind: 'text', text: 'hello' }] },
});
const legacyRest = () => ({
  request: { messageId: crypto.randomUUID(), role: 'ROLE_USER', content: [{ text: 'hello' }] },
});

const CALLS: readonly Call[] = [
  rpc('1.0', 'SendMessage', 'send', message),
  rpc('1.0', 'SendStreamingMessage', 'send', message),
  rpc('1.0', 'GetTask', 'read', id),
  rpc('1.0', 'ListTasks', 'read', () => ({})),
  rpc('1.0', 'CancelTask', 'cancel', id),
  rpc('1.0', 'SubscribeToTask', 'read', id),
  rpc('1.0', 'CreateTaskPushNotificationConfig', 'send', config),
  rpc('1.0', 'GetTaskPushNotificationConfig', 'read', config),
  rpc('1.0', 'ListTaskPushNotificationConfigs', 'read', config),
  rpc('1.0', 'DeleteTaskPushNotificationConfig', 'send', config),
  rpc('1.0', 'GetExtendedAgentCard', 'read', () => ({})),
  rpc('0.3', 'message/send', 'send', legacyMessage),
  rpc('0.3', 'message/stream', 'send', legacyMessage),
  rpc('0.3', 'tasks/get', 'read', id),
  rpc('0.3', 'tasks/cancel', 'cancel', id),
  rpc('0.3', 'tasks/resubscribe', 'read', id),
  rpc('0.3', 'agent/getAuthenticatedExtendedCard', 'read', () => ({})),
  rest('1.0', 'POST', () => '/message:send', 'send', message),
  rest('1.0', 'POST', () => '/message:stream', 'send', message),
  rest('1.0', 'GET', () => `/tasks/${taskId}`, 'read'),
  rest('1.0', 'GET', () => '/tasks', 'read'),
  rest(
    '1.0',
    'POST',
    () => `/tasks/${taskId}:cancel`,
    'cancel',
    () => ({}),
  ),
  rest('1.0', 'GET', () => `/tasks/${taskId}:subscribe`, 'read'),
  rest('1.0', 'GET', () => `/tasks/${taskId}/pushNotificationConfigs`, 'read'),
  rest('1.0', 'POST', () => `/tasks/${taskId}/pushNotificationConfigs`, 'send', config),
  rest('1.0', 'GET', () => '/extendedAgentCard', 'read'),
  rest('0.3', 'POST', () => '/v1/message:send', 'send', legacyRest),
  rest('0.3', 'POST', () => '/v1/message:stream', 'send', legacyRest),
  rest('0.3', 'GET', () => `/v1/tasks/${taskId}`, 'read'),
  rest('0.3', 'GET', () => '/v1/tasks', 'read'),
  rest('0.3', 'POST', () => `/v1/tasks/${taskId}:cancel`, 'cancel'),
  rest('0.3', 'GET', () => `/v1/tasks/${taskId}:subscribe`, 'read'),
  rest('0.3', 'GET', () => '/v1/card', 'read'),
  rest('1.0', 'GET', () => `/files/${taskId}/${'0'.repeat(64)}`, 'read'),
  rest('1.0', 'GET', () => '/transcript', 'read'),
];

describe.each(CALLS)('$name', ({ make, needs }) => {
  it.each(SCOPES.filter((scope) => scope !== needs && scope !== 'admin'))(
    `is refused with the scope %s, and the answer names ${needs}`,
    async (scope) => {
      const response = await make(tokenFor(scope));
      expect(response.status).toBe(403);
      const challenge = `Bearer error="insufficient_scope", scope="${needs}"`;
      expect(response.headers.get('www-authenticate')).toBe(challenge);
      expect(JSON.stringify(await response.json())).toContain(needs);
    },
  );

  it.each([needs, 'admin', 'all'])('is not refused with %s', async (scope) => {
    const response = await make(tokenFor(scope));
    await response.body?.cancel();
    expect([401, 403]).not.toContain(response.status);
  });
});

it('the refusal has a stable code in both bindings', async () => {
  const headers = { authorization: `Bearer ${tokenFor('send')}` };
  const rpcAnswer = await post(
    runtime.url,
    JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'GetTask', params: id() }),
    headers,
  );
  expect(rpcAnswer.body).toMatchObject({ id: 7, error: { code: -32000 } });
  expect(codeIn(rpcAnswer.body)).toBe('INSUFFICIENT_SCOPE');
  const answer = await (
    await fetch(`${runtime.url}/tasks/${taskId}`, { headers: headersFor(tokenFor('send'), '1.0') })
  ).json();
  expect(answer).toMatchObject({ error: { code: 403, status: 'PERMISSION_DENIED' } });
  expect(codeIn(answer)).toBe('INSUFFICIENT_SCOPE');
});

it('a refused message ran no turn, and a token may have several scopes', async () => {
  const client = await connect(runtime.url, { token: tokenFor('two') });
  await expect(send(client, 'hello')).rejects.toThrow('scope "send"');
  expect((await client.getTask({ id: taskId, tenant: '' })).id).toBe(taskId);
});

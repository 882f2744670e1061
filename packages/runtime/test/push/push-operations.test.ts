import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CURRENT, postJson } from '../serving/wire/wire-requests.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { codeIn, rpc, wireMessage } from '../support/wire.js';

const TOKENS = { ann: 'ann-token-0123456789', bob: 'bob-token-0123456789' };
const OF_ANN = { authorization: `Bearer ${TOKENS.ann}` };
const OF_BOB = { authorization: `Bearer ${TOKENS.bob}` };
const URL_OF_HOOK = 'https://hooks.example.com/a?b=c';
const AUTHENTICATION = { scheme: 'Bearer', credentials: 'secret' };

let played: PlayAdapter;
let runtime: TestRuntime;
let taskId: string;
beforeAll(async () => {
  played = playAdapter();
  const environment = { MOLECULE_TOKENS: `ann:${TOKENS.ann},bob:${TOKENS.bob}` };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
  taskId = await waiting(OF_ANN);
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** A task that goes on, so that nothing is sent to its configs but when they are there. */
async function waiting(headers: Readonly<Record<string, string>>): Promise<string> {
  const { body } = await rpc(runtime.url, 'SendMessage', wireMessage(play({ ask: 'Which?' })), headers);
  return (body.result as { readonly task: { readonly id: string } }).task.id;
}

function legacy(method: string, params: object) {
  return rpc(runtime.url, method, params, { ...OF_ANN, 'a2a-version': '0.3' });
}

async function rest(method: string, path: string, body?: object, version = '1.0') {
  const headers = { 'content-type': 'application/json', 'a2a-version': version, ...OF_ANN };
  const response = await fetch(`${runtime.url}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

it('the card offers push notifications', async () => {
  const card = (await (await fetch(`${runtime.url}/.well-known/agent-card.json`)).json()) as Record<string, unknown>;
  expect(card).toHaveProperty('capabilities.pushNotifications', true);
});

it('the four operations work by JSON-RPC of 1.0', async () => {
  const given = { taskId, id: 'rpc', url: URL_OF_HOOK, token: 't', authentication: AUTHENTICATION };
  const call = async (method: string, params: object) => (await rpc(runtime.url, method, params, OF_ANN)).body;
  expect((await call('CreateTaskPushNotificationConfig', given)).result).toMatchObject(given);
  expect((await call('GetTaskPushNotificationConfig', { taskId, id: 'rpc' })).result).toMatchObject(given);
  expect((await call('ListTaskPushNotificationConfigs', { taskId })).result).toMatchObject({ configs: [given] });
  expect(await call('DeleteTaskPushNotificationConfig', { taskId, id: 'rpc' })).not.toHaveProperty('error');
  expect(await call('DeleteTaskPushNotificationConfig', { taskId, id: 'rpc' })).not.toHaveProperty('error');
  const gone = await call('GetTaskPushNotificationConfig', { taskId, id: 'rpc' });
  expect([gone.error?.code, codeIn(gone)]).toEqual([-32001, 'PUSH_CONFIG_NOT_FOUND']);
  const named = (await call('CreateTaskPushNotificationConfig', { taskId, url: URL_OF_HOOK })).result;
  expect(named).toMatchObject({ id: expect.stringMatching(/^[\da-f-]{36}$/) });
  await call('DeleteTaskPushNotificationConfig', { taskId, id: (named as { readonly id: string }).id });
});

it('the four operations work by REST of 1.0', async () => {
  const configs = `/tasks/${taskId}/pushNotificationConfigs`;
  const given = { id: 'rest', url: URL_OF_HOOK, authentication: AUTHENTICATION };
  expect(await rest('POST', configs, given)).toMatchObject({ status: 200, body: { ...given, taskId } });
  expect(await rest('GET', `${configs}/rest`)).toMatchObject({ status: 200, body: given });
  expect(await rest('GET', configs)).toMatchObject({ status: 200, body: { configs: [given] } });
  // Go takes no other status than 200 for a success, and Python reads every answer as JSON.
  expect(await rest('DELETE', `${configs}/rest`)).toEqual({ status: 200, body: {} });
  const gone = await rest('GET', `${configs}/rest`);
  expect([gone.status, codeIn(gone.body)]).toEqual([404, 'PUSH_CONFIG_NOT_FOUND']);
});

it('the four operations work by JSON-RPC of 0.3, where the id may be left out', async () => {
  const pushNotificationConfig = { url: URL_OF_HOOK, authentication: { schemes: ['Bearer'], credentials: 'secret' } };
  const made = { taskId, pushNotificationConfig: { ...pushNotificationConfig, id: taskId } };
  const set = await legacy('tasks/pushNotificationConfig/set', { taskId, pushNotificationConfig });
  expect(set.body.result).toEqual(made);
  expect((await legacy('tasks/pushNotificationConfig/get', { id: taskId })).body.result).toEqual(made);
  expect((await legacy('tasks/pushNotificationConfig/list', { id: taskId })).body.result).toEqual([made]);
  const named = { id: taskId, pushNotificationConfigId: taskId };
  expect((await legacy('tasks/pushNotificationConfig/get', named)).body.result).toEqual(made);
  expect((await legacy('tasks/pushNotificationConfig/delete', named)).body).not.toHaveProperty('error');
  expect((await legacy('tasks/pushNotificationConfig/list', { id: taskId })).body.result).toEqual([]);
});

it('the four operations work by REST of 0.3, as Python and JavaScript send them', async () => {
  const configs = `/v1/tasks/${taskId}/pushNotificationConfigs`;
  const pushNotificationConfig = { url: URL_OF_HOOK };
  const python = { parent: `tasks/${taskId}`, configId: 'py', config: { name: '', pushNotificationConfig } };
  const javascript = {
    name: `tasks/${taskId}/pushNotificationConfigs/js`,
    pushNotificationConfig: { id: 'js', url: URL_OF_HOOK },
  };
  const ofPython = {
    name: `tasks/${taskId}/pushNotificationConfigs/py`,
    pushNotificationConfig: { id: 'py', url: URL_OF_HOOK },
  };
  expect(await rest('POST', configs, python, '0.3')).toEqual({ status: 200, body: ofPython });
  expect(await rest('POST', configs, javascript, '0.3')).toEqual({ status: 200, body: javascript });
  expect(await rest('GET', `${configs}/py`, undefined, '0.3')).toEqual({ status: 200, body: ofPython });
  const { body } = await rest('GET', configs, undefined, '0.3');
  expect(body['configs']).toEqual(expect.arrayContaining([ofPython, javascript]));
  for (const id of ['py', 'js']) {
    expect(await rest('DELETE', `${configs}/${id}`, undefined, '0.3')).toEqual({ status: 200, body: {} });
  }
  expect((await rest('GET', `${configs}/py`, undefined, '0.3')).status).toBe(404);
});

it("another owner's task is not found by any of them, like a task that does not exist", async () => {
  const config = { id: 'mine', url: URL_OF_HOOK };
  await rpc(runtime.url, 'CreateTaskPushNotificationConfig', { taskId, ...config }, OF_ANN);
  for (const [method, params] of [
    ['CreateTaskPushNotificationConfig', config],
    ['GetTaskPushNotificationConfig', { id: 'mine' }],
    ['ListTaskPushNotificationConfigs', {}],
    ['DeleteTaskPushNotificationConfig', { id: 'mine' }],
  ] as const) {
    const theirs = await rpc(runtime.url, method, { ...params, taskId }, OF_BOB);
    const unknown = await rpc(runtime.url, method, { ...params, taskId: 'nobody' }, OF_BOB);
    expect(codeIn(theirs.body), method).toBe('TASK_NOT_FOUND');
    expect(JSON.stringify(theirs.body.error).replaceAll(taskId, 'nobody')).toBe(JSON.stringify(unknown.body.error));
  }
  const { body } = await rpc(runtime.url, 'GetTaskPushNotificationConfig', { taskId, id: 'mine' }, OF_ANN);
  expect(body.result).toMatchObject(config);
  await rpc(runtime.url, 'DeleteTaskPushNotificationConfig', { taskId, id: 'mine' }, OF_ANN);
});

describe('is refused, and no task is begun:', () => {
  it.each([
    ['PUSH_TARGET_REFUSED', { url: 'http://127.0.0.1:1/' }],
    ['PUSH_TARGET_REFUSED', { url: 'http://[::ffff:10.0.0.1]/' }],
    ['PUSH_TARGET_REFUSED', { url: 'http://169.254.169.254/latest/meta-data/' }],
    ['PUSH_TARGET_REFUSED', { url: 'https://me:secret@example.com/' }],
    ['PUSH_TARGET_REFUSED', { url: 'file:///etc/passwd' }],
    ['PUSH_TARGET_REFUSED', { url: 'https://example.com/\r\nHost: other' }],
    ['PUSH_CONFIG_INVALID', { url: '' }],
    ['PUSH_CONFIG_INVALID', { url: URL_OF_HOOK, token: 'one\r\nX-Two: three' }],
    ['PUSH_CONFIG_INVALID', { url: URL_OF_HOOK, authentication: { scheme: 'Bearer', credentials: 'a\nb' } }],
    ['PUSH_CONFIG_INVALID', { url: URL_OF_HOOK, authentication: { scheme: 'Bearer x:', credentials: 'a' } }],
    ['PUSH_CONFIG_INVALID', { url: URL_OF_HOOK, authentication: { scheme: '', credentials: 'a' } }],
    ['PUSH_CONFIG_INVALID', { url: URL_OF_HOOK, id: 'x'.repeat(256) }],
    ['PUSH_CONFIG_INVALID', { url: URL_OF_HOOK, id: 'a\u0000b' }],
  ])('%s for %j', async (code, config) => {
    const turns = played.turns.length;
    const made = await rpc(runtime.url, 'CreateTaskPushNotificationConfig', { ...config, taskId }, OF_ANN);
    expect(codeIn(made.body)).toBe(code);
    const configuration = { taskPushNotificationConfig: config };
    const sent = await rpc(runtime.url, 'SendMessage', { ...wireMessage('hello'), configuration }, OF_ANN);
    expect([codeIn(sent.body), played.turns.length]).toEqual([code, turns]);
  });

  it('an eleventh config of a task', async () => {
    const own = await waiting(OF_ANN);
    const create = (id: string) =>
      rpc(runtime.url, 'CreateTaskPushNotificationConfig', { taskId: own, id, url: URL_OF_HOOK }, OF_ANN);
    for (let number = 1; number <= 10; number++) expect((await create(`c${number}`)).body).not.toHaveProperty('error');
    expect(codeIn((await create('c11')).body)).toBe('PUSH_CONFIG_LIMIT');
    expect((await create('c10')).body).not.toHaveProperty('error');
  });
});

it('an agent that has them switched off says so on the card, and refuses each operation', async () => {
  const { adapter } = playAdapter();
  const config = 'name: Test\nruntime: play\na2a: { push_notifications: false }\n';
  await using off = await startTestRuntime({ adapter, config });
  const card = (await (await fetch(`${off.url}/.well-known/agent-card.json`)).json()) as Record<string, unknown>;
  expect(card).toHaveProperty('capabilities.pushNotifications', false);
  const configuration = { taskPushNotificationConfig: { url: URL_OF_HOOK } };
  const calls = [
    ['CreateTaskPushNotificationConfig', { taskId: 'x', url: URL_OF_HOOK }],
    ['GetTaskPushNotificationConfig', { taskId: 'x', id: 'y' }],
    ['ListTaskPushNotificationConfigs', { taskId: 'x' }],
    ['DeleteTaskPushNotificationConfig', { taskId: 'x', id: 'y' }],
    ['SendMessage', { ...wireMessage('hello'), configuration }],
  ] as const;
  for (const [method, params] of calls) {
    const { body } = await rpc(off.url, method, params);
    expect([body.error?.code, codeIn(body)], method).toEqual([-32003, 'PUSH_NOT_SUPPORTED']);
  }
  const refused = await postJson(`${off.url}/tasks/x/pushNotificationConfigs`, { url: URL_OF_HOOK }, CURRENT);
  expect([refused.status, codeIn(refused.body)]).toEqual([400, 'PUSH_NOT_SUPPORTED']);
  const old = await fetch(`${off.url}/v1/tasks/x/pushNotificationConfigs`, { headers: { 'a2a-version': '0.3' } });
  expect([old.status, codeIn(await old.json())]).toEqual([400, 'PUSH_NOT_SUPPORTED']);
});

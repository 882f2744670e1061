import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn, wireMessage } from '../../support/wire.js';
import { CURRENT, LEGACY, legacyMessage, postJson } from './wire-requests.js';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({ adapter: playAdapter().adapter });
});
afterAll(() => runtime[Symbol.asyncDispose]());

function call(method: string, params: unknown): object {
  return { jsonrpc: '2.0', id: 1, method, params };
}

describe('the version of a request', () => {
  it.each(['1.0', '1.0.0', '1.0.1', '1.0.17', '1.0.1-rc.1', ' 1.0 '])(
    '%j is 1.0, because patch versions are not negotiated',
    async (version) => {
      const headers = { ...CURRENT, 'a2a-version': version };
      const rpc = await postJson(runtime.url, call('SendMessage', wireMessage('x')), headers);
      expect(rpc.body).toHaveProperty('result.task.id');
      const rest = await postJson(`${runtime.url}/message:send`, wireMessage('x'), headers);
      expect(rest.body).toHaveProperty('task.id');
    },
  );

  it.each(['0.3', '0.3.0', '0.3.9'])('%j is 0.3', async (version) => {
    const headers = { ...CURRENT, 'a2a-version': version };
    const { body } = await postJson(runtime.url, call('message/send', legacyMessage('x')), headers);
    expect(body).toHaveProperty('result.kind', 'task');
  });

  it.each(['2.0', '0.2', '1', '1.0.0.0', '1.1', '1.0;x', 'latest'])(
    '%j is refused, and the error names the supported versions',
    async (version) => {
      const headers = { ...CURRENT, 'a2a-version': version };
      const rpc = await postJson(runtime.url, call('SendMessage', wireMessage('x')), headers);
      expect([rpc.status, rpc.body['error']]).toMatchObject([
        200,
        { code: -32009, message: expect.stringContaining('1.0, 0.3') },
      ]);
      expect(codeIn(rpc.body)).toBe('VERSION_NOT_SUPPORTED');
      const rest = await postJson(`${runtime.url}/message:send`, wireMessage('x'), headers);
      expect([rest.status, codeIn(rest.body)]).toEqual([400, 'VERSION_NOT_SUPPORTED']);
    },
  );

  it('may be in the query, and the header takes precedence', async () => {
    const rpc = await postJson(`${runtime.url}/?A2A-Version=1.0`, call('SendMessage', wireMessage('x')), LEGACY);
    expect(rpc.body).toHaveProperty('result.task.id');
    const rest = await fetch(`${runtime.url}/tasks?A2A-Version=1.0.1`);
    expect(rest.headers.get('content-type')).toContain('application/a2a+json');
    const both = await postJson(`${runtime.url}/?A2A-Version=0.3`, call('SendMessage', wireMessage('x')));
    expect(both.body).toHaveProperty('result.task.id');
  });

  it('is named in the error if it has no such method', async () => {
    const unnamed = await postJson(runtime.url, call('SendMessage', wireMessage('x')), LEGACY);
    expect(unnamed.body['error']).toMatchObject({ code: -32601, message: expect.stringContaining('A2A-Version: 1.0') });
    expect(codeIn(unnamed.body)).toBe('METHOD_NOT_FOUND');
    const old = await postJson(runtime.url, call('message/send', legacyMessage('x')));
    expect(old.body['error']).toMatchObject({ code: -32601, message: expect.stringContaining('SendMessage') });
    const none = await postJson(runtime.url, call('toString', {}));
    expect(none.body['error']).toMatchObject({ code: -32601 });
  });
});

describe('the content type of an answer by REST', () => {
  it.each([
    ['application/json', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['application/json;q=0.9, application/a2a+json;q=0.1', 'application/json'],
    ['application/a2a+json', 'application/a2a+json'],
    ['*/*', 'application/a2a+json'],
    ['text/event-stream', 'application/json'],
    ['', 'application/a2a+json'],
  ])('for "Accept: %s" is %s, of answers and of errors alike', async (accept, type) => {
    const headers = { ...CURRENT, accept };
    const requests: readonly (readonly [status: number, path: string, init: RequestInit])[] = [
      [200, '/message:send', { method: 'POST', body: JSON.stringify(wireMessage('x')) }],
      [404, '/tasks/nobody', {}],
      [400, '/message:send', { method: 'POST', body: '{}' }],
      [400, '/message:send', { method: 'POST', body: '{' }],
      [415, '/message:send', { method: 'POST', body: '{}', headers: { ...headers, 'content-type': 'text/plain' } }],
      [413, '/message:send', { method: 'POST', body: JSON.stringify({ x: 'x'.repeat(11_000_000) }) }],
      [400, '/tasks?historyLength=1.5', {}],
      [404, '/nowhere', {}],
    ];
    for (const [status, path, init] of requests) {
      const response = await fetch(`${runtime.url}${path}`, { headers, ...init });
      expect([response.status, response.headers.get('content-type')], path).toEqual([status, `${type}; charset=utf-8`]);
      await response.body?.cancel();
    }
  });

  it('of JSON-RPC and of 0.3 is JSON, regardless of the Accept header', async () => {
    const accept = { accept: 'application/a2a+json' };
    const rpc = await postJson(runtime.url, call('GetTask', { id: 'x' }), { ...CURRENT, ...accept });
    const legacy = await postJson(`${runtime.url}/v1/message:send`, {}, { ...LEGACY, ...accept });
    expect([rpc.type, legacy.type]).toEqual(Array(2).fill('application/json; charset=utf-8'));
  });
});

describe('a call without an id', () => {
  it('is handled and never answered', async () => {
    const played = playAdapter();
    await using alone = await startTestRuntime({ adapter: played.adapter });
    const notify = async (method: string, params: unknown, headers: Readonly<Record<string, string>>) => {
      const response = await fetch(alone.url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ jsonrpc: '2.0', method, params }),
      });
      return [response.status, await response.text()];
    };
    const nothing = [204, ''];
    expect(await notify('SendMessage', wireMessage('one'), CURRENT)).toEqual(nothing);
    expect(await notify('SendStreamingMessage', wireMessage('two'), CURRENT)).toEqual(nothing);
    expect(await notify('message/send', legacyMessage('three'), LEGACY)).toEqual(nothing);
    expect(await notify('message/stream', legacyMessage('four'), LEGACY)).toEqual(nothing);
    expect(await notify('GetTask', { id: 'nobody' }, CURRENT)).toEqual(nothing);
    expect(await notify('SubscribeToTask', { id: 'nobody' }, CURRENT)).toEqual(nothing);
    await expect
      .poll(() => played.turns.map(({ turn }) => ('text' in turn ? turn.text : '')))
      .toEqual(expect.arrayContaining(['one', 'two', 'three', 'four']));
    expect(played.turns).toHaveLength(4);
  });

  it('that is invalid gets the error that the compatibility kit of 0.3 expects', async () => {
    for (const [method, params] of [
      ['SendMessage', { message: 5 }],
      ['SendMessage', wireMessage('x', { parts: [] })],
      ['SendMessage', { '': 'x' }],
      ['Explode', {}],
    ] as const) {
      const { status, body } = await postJson(runtime.url, { jsonrpc: '2.0', method, params });
      const code = method === 'Explode' ? -32601 : -32602;
      expect([status, body], JSON.stringify(params)).toMatchObject([200, { id: null, error: { code } }]);
    }
  });

  it('that does not block returns while the turn runs', async () => {
    const played = playAdapter();
    await using alone = await startTestRuntime({ adapter: played.adapter });
    const text = JSON.stringify([{ gate: 'later' }]);
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'SendMessage', params: wireMessage(text) });
    expect((await fetch(alone.url, { method: 'POST', headers: CURRENT, body })).status).toBe(204);
    await expect.poll(() => played.turns.length).toBe(1);
    expect(played.turns[0]?.running).toBe(true);
    played.gates.open('later');
  });

  it('with an id of null is a call, and is answered', async () => {
    const { body } = await postJson(runtime.url, { jsonrpc: '2.0', id: null, method: 'GetTask', params: { id: 'x' } });
    expect(body).toMatchObject({ id: null, error: { code: -32001 } });
  });
});

it.each(['historyLength=1.5', 'historyLength=many', 'pageSize=2x', 'includeArtifacts=maybe'])(
  'GET /tasks?%s is refused instead of being read as its valid beginning',
  async (query) => {
    const response = await fetch(`${runtime.url}/tasks?${query}`, { headers: { 'a2a-version': '1.0' } });
    const body: unknown = await response.json();
    expect([response.status, codeIn(body)]).toEqual([400, 'PARAMETER_INVALID']);
    expect(JSON.stringify(body)).toContain(query.split('=')[0]);
  },
);

it('a body without a content type is refused with the reason', async () => {
  const body = new Blob([JSON.stringify(call('SendMessage', wireMessage('x')))]);
  for (const path of ['/', '/message:send']) {
    const response = await fetch(`${runtime.url}${path}`, { method: 'POST', headers: { 'a2a-version': '1.0' }, body });
    expect(codeIn(await response.json()), path).toBe('CONTENT_TYPE_NOT_SUPPORTED');
  }
});

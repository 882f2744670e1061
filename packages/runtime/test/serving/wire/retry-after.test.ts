import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, connect } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { wireMessage } from '../../support/wire.js';
import { CURRENT, LEGACY, legacyMessage, postJson } from './wire-requests.js';

let played: PlayAdapter;
let runtime: TestRuntime;
beforeAll(async () => {
  played = playAdapter();
  const environment = { MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '1', MOLECULE_QUEUE_LIMIT: '0' };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
  const client = await connect(runtime.url);
  await begin(client, play({ gate: 'go' }), { contextId: 'c-1' });
  await begin(client, play({ gate: 'go' }), { contextId: 'c-2' });
});
afterAll(async () => {
  played.gates.open('go');
  await runtime[Symbol.asyncDispose]();
});

const rpc = (method: string, params: object) => ({ jsonrpc: '2.0', id: 7, method, params });
const proto = (context: object) => ({
  request: { messageId: crypto.randomUUID(), role: 'ROLE_USER', content: [{ text: 'hi' }], ...context },
});

interface Way {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (context: object) => object;
}

const WAYS: readonly Way[] = [
  { name: 'JSON-RPC 1.0', path: '/', headers: CURRENT, body: (c) => rpc('SendMessage', wireMessage('hi', c)) },
  {
    name: 'JSON-RPC 1.0, streaming',
    path: '/a2a',
    headers: CURRENT,
    body: (c) => rpc('SendStreamingMessage', wireMessage('hi', c)),
  },
  { name: 'JSON-RPC 0.3', path: '/', headers: LEGACY, body: (c) => rpc('message/send', legacyMessage('hi', c)) },
  {
    name: 'JSON-RPC 0.3, streaming',
    path: '/',
    headers: LEGACY,
    body: (c) => rpc('message/stream', legacyMessage('hi', c)),
  },
  { name: 'REST 1.0', path: '/message:send', headers: CURRENT, body: (c) => wireMessage('hi', c) },
  { name: 'REST 1.0, streaming', path: '/message:stream', headers: CURRENT, body: (c) => wireMessage('hi', c) },
  { name: 'REST 0.3', path: '/v1/message:send', headers: LEGACY, body: proto },
  { name: 'REST 0.3, streaming', path: '/v1/message:stream', headers: LEGACY, body: proto },
];

describe.each(WAYS)('$name', ({ path, headers, body }) => {
  it.each([
    ['SERVER_QUEUE_FULL', { contextId: 'c-3' }],
    ['TURN_QUEUE_FULL', { contextId: 'c-1' }],
  ])('refuses with 429, Retry-After and the same time in the error: %s', async (code, context) => {
    const answer = await postJson(`${runtime.url}${path}`, body(context), headers);
    expect(answer.status).toBe(429);
    expect(answer.type).toMatch(/^application\/(a2a\+)?json/);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    for (const list of errorLists(answer.body)) {
      expect(list).toMatchObject([
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: code,
          metadata: { code, retryAfterSeconds: String(seconds) },
        },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` },
      ]);
    }
    const { error } = answer.body as { readonly error: { readonly code: number; readonly status?: string } };
    const isRpc = answer.body['jsonrpc'] !== undefined;
    expect([error.code, error.status]).toEqual(isRpc ? [-32000, undefined] : [429, 'RESOURCE_EXHAUSTED']);
    expect(answer.body['id']).toBe(isRpc ? 7 : undefined);
  });
});

it.each(WAYS)('$name: a small message, which is refused early, gets the same answer as a large one', async (way) => {
  const { path, headers, body } = way;
  const metadata = { pad: 'x'.repeat(20_000) };
  for (const contextId of ['c-1', 'c-3', undefined]) {
    const context = contextId === undefined ? {} : { contextId };
    const small = await postJson(`${runtime.url}${path}`, body(context), headers);
    const large = await postJson(`${runtime.url}${path}`, body({ ...context, metadata }), headers);
    expect(named(small)).toEqual(named(large));
  }
});

it('a client of plain messages receives the time with the message', async () => {
  const { adapter, gates } = playAdapter();
  const environment = { PLATFORM_URL: 'http://localhost:9', MOLECULE_MAX_TURNS: '1', MOLECULE_MAX_QUEUE: '0' };
  await using server = await startTestRuntime({ adapter, environment });
  await begin(await connect(server.url), play({ gate: 'go' }));
  const answer = await postJson(server.url, rpc('message/send', legacyMessage('hi')), LEGACY);
  const seconds = Number(answer.headers.get('retry-after'));
  expect([answer.status, seconds]).toEqual([200, 5]);
  const { metadata } = answer.body['result'] as { readonly metadata: Record<string, string> };
  expect(metadata).toMatchObject({ 'molecule.code': 'SERVER_QUEUE_FULL', 'molecule.state': 'TASK_STATE_REJECTED' });
  expect(Date.parse(metadata['molecule.retryAfter'] ?? '')).toBeGreaterThan(Date.now() - 1_000);
  gates.open('go');
});

/** The answer without what differs between two answers, or depends on the connection. */
function named({ status, type, headers, body }: Awaited<ReturnType<typeof postJson>>) {
  return { status, type: type.replace(/; charset=utf-8$/, ''), retryAfter: headers.get('retry-after'), body };
}

/** Where an error's details are: `data` of JSON-RPC and at the top of REST 0.3, `details` of REST. */
function errorLists(body: Record<string, unknown>): readonly unknown[] {
  const { data, details } = (body['error'] ?? {}) as Record<string, unknown>;
  const lists = [data, details, body['data']].filter((list) => list !== undefined);
  expect(lists.length).toBeGreaterThan(0);
  return lists;
}

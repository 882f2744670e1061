import { describe, expect, test } from 'vitest';
import { connect, send, stateOf } from '../support/a2a-client.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime } from '../support/test-runtime.js';

/** Nothing listens there: a member serves without its platform. */
const NOWHERE = { PLATFORM_URL: 'http://localhost:9' };

interface Reply {
  readonly result?: {
    readonly kind: string;
    readonly taskId?: string;
    readonly parts?: readonly { readonly text?: string }[];
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  readonly error?: { readonly code: number };
}

/** A message as the platform's proxy sends it: without a version, and with only these headers. */
async function proxied(url: string, part: object, messageId: string = crypto.randomUUID()): Promise<Reply> {
  const message = { kind: 'message', messageId, role: 'user', parts: [part] };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Go-http-client/1.1' },
    body: JSON.stringify({ jsonrpc: '2.0', id: '1', method: 'message/send', params: { message } }),
  });
  return (await response.json()) as Reply;
}

describe('a message of the platform', () => {
  test.each([
    ['/', { kind: 'text', text: 'hi' }],
    ['/', { type: 'text', text: 'hi' }],
    ['/', { text: 'hi' }],
    ['/a2a', { text: 'hi' }],
  ])('to %s with %j is answered with a plain message', async (path, part) => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment: NOWHERE });
    const { result } = await proxied(`${runtime.url}${path}`, part);
    expect(result).toMatchObject({ kind: 'message', parts: [{ kind: 'text', text: 'echo: hi' }] });
  });

  test('that arrives twice runs once, and gets the same answer both times', async () => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: NOWHERE });
    const first = await proxied(runtime.url, { text: 'hi' }, 'm-1');
    expect(await proxied(runtime.url, { text: 'hi' }, 'm-1')).toEqual(first);
    expect(turns).toHaveLength(1);
  });

  test('that fails is answered with a message that reports the failure, not with an error', async () => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment: NOWHERE });
    const { result, error } = await proxied(runtime.url, { text: play({ fail: 'auth', message: 'no key' }) });
    expect(error).toBeUndefined();
    expect(result?.parts?.[0]?.text).toMatch(/^The task failed: /);
    expect(result?.metadata).toMatchObject({ 'molecule.code': 'ENGINE_AUTH', 'molecule.state': 'TASK_STATE_FAILED' });
  });

  test('that is refused is answered with a message that reports the refusal', async () => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment: NOWHERE });
    await proxied(runtime.url, { text: 'hi' }, 'm-1');
    const { result, error } = await proxied(runtime.url, { text: 'something else' }, 'm-1');
    expect(error).toBeUndefined();
    expect(result?.parts?.[0]?.text).toMatch(/^The task was refused: .*sent before with other content/);
    expect(result?.metadata).toEqual({
      'molecule.code': 'MESSAGE_ID_CONFLICT',
      'molecule.state': 'TASK_STATE_REJECTED',
    });
  });

  test('that leads to a question is answered with the question and the id of the waiting task', async () => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment: NOWHERE });
    const { result } = await proxied(runtime.url, { text: play({ ask: 'Which one?' }) });
    expect(result).toMatchObject({
      kind: 'message',
      taskId: expect.stringMatching(/./),
      parts: expect.arrayContaining([{ kind: 'text', text: 'Which one?' }]),
      metadata: { 'molecule.state': 'TASK_STATE_INPUT_REQUIRED' },
    });
  });
});

test('a client that sends its version gets a task, and without a platform every client does', async () => {
  await using member = await startTestRuntime({ adapter: playAdapter().adapter, environment: NOWHERE });
  const client = await connect(member.url, { version: '0.3' });
  expect(stateOf(await send(client, 'hello'))).toBe('completed');
  await using alone = await startTestRuntime({ adapter: playAdapter().adapter });
  expect((await proxied(alone.url, { text: 'hi' })).result?.kind).toBe('task');
});

describe('the transcript', () => {
  const TOKEN = 'a-token-of-some-length';

  test('is refused if no token is configured', async () => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
    expect((await fetch(`${runtime.url}/transcript`)).status).toBe(401);
    expect((await fetch(`${runtime.url}/transcript`, { headers: { authorization: 'Bearer ' } })).status).toBe(401);
    const undefinedToken = { authorization: 'Bearer undefined' };
    expect((await fetch(`${runtime.url}/transcript`, { headers: undefinedToken })).status).toBe(401);
  });

  test('shows each owner its own newest conversation', async () => {
    const { adapter } = playAdapter();
    const asked: unknown[] = [];
    const remembering = {
      ...adapter,
      createEngine: async (context: Parameters<typeof adapter.createEngine>[0]) => ({
        ...(await adapter.createEngine(context)),
        transcript: async (range: unknown) => {
          asked.push(range);
          return { entries: [{ role: 'user', text: 'hi' }], next: 5, more: false };
        },
      }),
    };
    const environment = { MOLECULE_TOKENS: `alice:${TOKEN}` };
    await using runtime = await startTestRuntime({ adapter: remembering, environment });
    const get = (query: string, token = TOKEN) =>
      fetch(`${runtime.url}/transcript${query}`, { headers: { authorization: `Bearer ${token}` } });
    expect((await get('', 'wrong')).status).toBe(401);
    expect(await (await get('')).json()).toMatchObject({ supported: true, lines: [] });
    await send(await connect(runtime.url, { token: TOKEN }), 'hello', { contextId: 'c-1' });
    expect(await (await get('?since=4&limit=7')).json()).toEqual({
      runtime: 'play',
      supported: true,
      contextId: 'c-1',
      lines: [{ role: 'user', text: 'hi' }],
      cursor: 5,
      more: false,
    });
    expect(asked).toEqual([{ contextId: 'alice:c-1', since: 4, limit: 7 }]);
    expect((await get('?limit=100000')).status).toBe(400);
    expect((await get('?since=-1')).status).toBe(400);
  });
});

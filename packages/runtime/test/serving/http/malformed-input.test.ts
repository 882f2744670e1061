import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlayAdapter, playAdapter } from '../../support/play-adapter.js';
import { freshSeed, randomFrom } from '../../support/random.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn, rpc, wireMessage } from '../../support/wire.js';

let played: PlayAdapter;
let runtime: TestRuntime;
beforeAll(async () => {
  played = playAdapter();
  runtime = await startTestRuntime({ adapter: played.adapter });
});
afterAll(() => runtime[Symbol.asyncDispose]());

const JSON_TYPE = { 'content-type': 'application/json', 'a2a-version': '1.0' };
const LEGACY = { 'content-type': 'application/json' };

/** A message with one change. */
function changed(change: object): string {
  return rpcBody('SendMessage', { message: { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }], ...change } });
}

function rpcBody(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 7, method, params });
}

function legacy(change: object): string {
  const message = { kind: 'message', messageId: 'm', role: 'user', parts: [{ kind: 'text', text: 'x' }], ...change };
  return rpcBody('message/send', { message });
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const RPC_CASES: readonly (readonly [name: string, body: string, code: number])[] = [
  ['no JSON', '{', -32700],
  ['nothing', '', -32600],
  ['a batch', `[${rpcBody('GetTask', { id: 'x' })}]`, -32600],
  ['an empty batch', '[]', -32600],
  ['null', 'null', -32600],
  ['a number', '42', -32600],
  ['a string', '"hello"', -32600],
  ['no jsonrpc', '{"id":1,"method":"GetTask"}', -32600],
  ['another jsonrpc', '{"jsonrpc":"1.0","id":1,"method":"GetTask"}', -32600],
  ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
  ['a method that is not a string', '{"jsonrpc":"2.0","id":1,"method":{}}', -32600],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"GetTask"}', -32600],
  ['an id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"GetTask"}', -32600],
  ['an unknown method', rpcBody('Explode', {}), -32601],
  ['a method of the prototype', rpcBody('constructor', {}), -32601],
  ['params that are an array', rpcBody('GetTask', []), -32602],
  ['params that are a string', rpcBody('GetTask', 'x'), -32602],
  ['no params', rpcBody('SendMessage', undefined), -32602],
  ['no message', rpcBody('SendMessage', {}), -32602],
  ['a message that is a string', rpcBody('SendMessage', { message: 'hello' }), -32602],
  ['a message that is an array', rpcBody('SendMessage', { message: [] }), -32602],
  ['no message id', changed({ messageId: undefined }), -32602],
  ['an empty message id', changed({ messageId: '' }), -32602],
  ['a message id that is a number', changed({ messageId: 5 }), -32602],
  ['a message id that is an object', changed({ messageId: {} }), -32602],
  ['a message id of 256 characters', changed({ messageId: 'x'.repeat(256) }), -32602],
  ['a message id of a megabyte', changed({ messageId: 'x'.repeat(1_000_000) }), -32602],
  ['a message id with NUL', changed({ messageId: 'a\u0000b' }), -32602],
  ['a context id with half a surrogate pair', changed({ contextId: 'a\ud800' }), -32602],
  ['a context id of 256 characters', changed({ contextId: 'x'.repeat(256) }), -32602],
  ['a task id that is an array', changed({ taskId: ['x'] }), -32602],
  ['an unknown role', changed({ role: 'ROLE_KING' }), -32602],
  ['the role of the agent', changed({ role: 'ROLE_AGENT' }), -32602],
  ['no role', changed({ role: undefined }), -32602],
  ['a role that is an object', changed({ role: {} }), -32602],
  ['no parts', changed({ parts: undefined }), -32602],
  ['empty parts', changed({ parts: [] }), -32602],
  ['parts that are a string', changed({ parts: 'zz' }), -32602],
  ['parts that are an object', changed({ parts: { 0: { text: 'x' } } }), -32602],
  ['a part that is null', changed({ parts: [null] }), -32602],
  ['a part that is a string', changed({ parts: ['x'] }), -32602],
  ['a part without content', changed({ parts: [{}] }), -32602],
  ['a text that is a number', changed({ parts: [{ text: 5 }] }), -32602],
  ['a text that is an object', changed({ parts: [{ text: {} }] }), -32602],
  ['raw bytes that are a number', changed({ parts: [{ raw: 5 }] }), -32602],
  ['a file name that is an object', changed({ parts: [{ text: 'x', filename: {} }] }), -32602],
  ['metadata that is a string', changed({ metadata: 'x' }), -32602],
  ['metadata that is an array', changed({ metadata: [] }), -32602],
  ['extensions that are a number', changed({ extensions: 5 }), -32602],
  ['an extension that is an object', changed({ extensions: [{}] }), -32602],
  ['a negative historyLength', rpcBody('GetTask', { id: 'x', historyLength: -1 }), -32602],
  ['a fractional historyLength', rpcBody('GetTask', { id: 'x', historyLength: 1.5 }), -32602],
  ['a historyLength that is text', rpcBody('GetTask', { id: 'x', historyLength: 'many' }), -32602],
  ['a task id that is an object', rpcBody('GetTask', { id: {} }), -32602],
  ['a page size of none', rpcBody('ListTasks', { pageSize: 0 }), -32602],
  ['a page size of a thousand', rpcBody('ListTasks', { pageSize: 1000 }), -32602],
  ['a page token of nobody', rpcBody('ListTasks', { pageToken: 'zzzz' }), -32602],
  ['a status that is none', rpcBody('ListTasks', { status: 'TASK_STATE_HAPPY' }), -32602],
  ['a time that is none', rpcBody('ListTasks', { statusTimestampAfter: 'soon' }), -32602],
  ['JSON nested a thousand deep', `{"jsonrpc":"2.0","id":1,"method":"GetTask","params":${nested(1_000)}}`, -32600],
  ['JSON nested 100,000 deep', `{"jsonrpc":"2.0","id":1,"method":"GetTask","params":${nested(100_000)}}`, -32600],
];

it.each(RPC_CASES)('%s is reported with the error of the protocol', async (_name, body, code) => {
  const response = await fetch(runtime.url, { method: 'POST', headers: JSON_TYPE, body });
  const reply = await readError(response);
  expect(reply).toMatchObject({ jsonrpc: '2.0', error: { code } });
  expectNothingRan();
});

const LEGACY_CASES: readonly (readonly [name: string, body: string])[] = [
  ['no message id', legacy({ messageId: undefined })],
  ['a message id that is a number', legacy({ messageId: 5 })],
  ['a context id that is a number', legacy({ contextId: 5 })],
  ['an unknown role', legacy({ role: 'king' })],
  ['parts that are a string', legacy({ parts: 'zz' })],
  ['empty parts', legacy({ parts: [] })],
  ['a part that is null', legacy({ parts: [null] })],
  ['a part of an unknown kind', legacy({ parts: [{ kind: 'smell' }] })],
  ['a part of no kind', legacy({ parts: [{}] })],
  ['a text part without text', legacy({ parts: [{ kind: 'text' }] })],
  ['a text part with a number', legacy({ parts: [{ kind: 'text', text: 5 }] })],
  ['a file part without a file', legacy({ parts: [{ kind: 'file' }] })],
  ['a file part whose file is text', legacy({ parts: [{ kind: 'file', file: 'x' }] })],
  ['a file part with an empty file', legacy({ parts: [{ kind: 'file', file: {} }] })],
  ['a file part with bytes that are a number', legacy({ parts: [{ kind: 'file', file: { bytes: 5 } }] })],
  ['a data part without data', legacy({ parts: [{ kind: 'data' }] })],
  ['extensions that are a number', legacy({ extensions: 5 })],
  ['a field that only the SDK checks', rpcBody('tasks/pushNotificationConfig/set', { taskId: 'x' })],
  ['a task id that is an object', rpcBody('tasks/get', { id: {} })],
];

it.each(LEGACY_CASES)('in protocol 0.3, %s is reported with the error of the protocol', async (_name, body) => {
  const response = await fetch(runtime.url, { method: 'POST', headers: LEGACY, body });
  expect(await readError(response)).toMatchObject({ jsonrpc: '2.0', id: 7, error: { code: -32602 } });
  expectNothingRan();
});

const REST_CASES: readonly (readonly [name: string, request: string, body: string | undefined, status: number])[] = [
  ['no JSON', 'POST /message:send', '{', 400],
  ['an array', 'POST /message:send', '[]', 400],
  ['a string', 'POST /message:send', '"x"', 400],
  ['no message', 'POST /message:send', '{}', 400],
  ['a message that is a string', 'POST /message:send', '{"message":"x"}', 400],
  [
    'a part that is null',
    'POST /message:stream',
    '{"message":{"messageId":"m","role":"ROLE_USER","parts":[null]}}',
    400,
  ],
  ['empty parts', 'POST /message:stream', '{"message":{"messageId":"m","role":"ROLE_USER","parts":[]}}', 400],
  ['a bad percent encoding', 'GET /tasks/%zz', undefined, 400],
  ['half a character', 'GET /tasks/%c3', undefined, 400],
  ['an unknown task', 'GET /tasks/nobody', undefined, 404],
  ['an unknown path', 'GET /nowhere/at/all', undefined, 404],
  ['an unknown path to post to', 'POST /nowhere/at/all', '{}', 404],
  ['the root', 'GET /', undefined, 404],
  ['a method that is not served', 'PUT /tasks/x', '{}', 404],
  ['a historyLength that is text', 'GET /tasks/x?historyLength=many', undefined, 400],
  ['a negative historyLength', 'GET /tasks/x?historyLength=-1', undefined, 400],
  ['a page size of none', 'GET /tasks?pageSize=0', undefined, 400],
  ['a page token of nobody', 'GET /tasks?pageToken=zzz', undefined, 400],
  ['a status that is none', 'GET /tasks?status=HAPPY', undefined, 400],
];

it.each(REST_CASES)(
  'over REST, %s is reported with the error of the protocol',
  async (_name, request, body, status) => {
    const [method = '', path = ''] = request.split(' ');
    const init = body === undefined ? { headers: { 'a2a-version': '1.0' } } : { headers: JSON_TYPE, body };
    const response = await fetch(`${runtime.url}${path}`, { method, ...init });
    expect(response.status).toBe(status);
    expect(await readError(response)).toMatchObject({ error: { code: status } });
    expectNothingRan();
  },
);

describe('an invalid body', () => {
  it('is refused with 413 when it is larger than the limit', async () => {
    for (const path of ['/', '/a2a', '/message:send']) {
      const body = changed({ parts: [{ text: 'x'.repeat(11 * 1024 * 1024) }] });
      const response = await fetch(`${runtime.url}${path}`, { method: 'POST', headers: JSON_TYPE, body });
      expect(response.status, path).toBe(413);
      const reply = await readError(response);
      expect(codeIn(reply), path).toBe('BODY_TOO_LARGE');
    }
  });

  it('is refused before it is parsed if it has ten megabytes of small values', async () => {
    const many = 10_000_000;
    const bodies = [
      `[${'[],'.repeat(many / 3)}[]]`,
      `[${'0,'.repeat(many / 2)}0]`,
      `{${Array.from({ length: many / 12 }, (_, index) => `"${index}":{}`).join(',')}}`,
      `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"data":[${'{},'.repeat(many / 4)}{}]}]}}}`,
      // Ends within a string; the brackets in a string do not count.
      `["${'[,'.repeat(many / 2 - 10)}`,
    ];
    for (const [index, body] of bodies.entries()) {
      for (const path of ['/', '/message:send']) {
        const response = await fetch(`${runtime.url}${path}`, { method: 'POST', headers: JSON_TYPE, body });
        const wanted = index === bodies.length - 1 ? 'BODY_NOT_JSON' : 'BODY_TOO_MANY_VALUES';
        expect(codeIn(await readError(response)), `${index} ${path}`).toBe(wanted);
      }
    }
  });

  it('is refused before it is parsed if its objects have very many fields, and accepted if an array has as many values', async () => {
    const count = 30_000;
    const fields = Object.fromEntries(Array.from({ length: count }, (_, index) => [`field-${index}`, index]));
    const bodies = [
      changed({ metadata: fields }),
      changed({ parts: [{ data: fields }] }),
      changed({ parts: Array.from({ length: count }, () => ({ text: 'x' })) }),
    ];
    for (const body of bodies) {
      const response = await fetch(runtime.url, { method: 'POST', headers: JSON_TYPE, body });
      expect(response.status).toBe(413);
      expect(codeIn(await readError(response))).toBe('BODY_TOO_MANY_VALUES');
    }
    expectNothingRan();
    const body = changed({ messageId: 'many', parts: [{ data: Object.values(fields) }] });
    const response = await fetch(runtime.url, { method: 'POST', headers: JSON_TYPE, body });
    expect(await response.json()).toHaveProperty('result.task.id');
    played.turns.splice(0);
  });

  it('is accepted if it is one long text of any characters', async () => {
    const text = '[,{\\"\\\\'.repeat(500_000);
    const body = changed({ messageId: 'long', parts: [{ text }] });
    const response = await fetch(runtime.url, { method: 'POST', headers: JSON_TYPE, body });
    expect(await response.json()).toHaveProperty('result.task.id');
    played.turns.splice(0);
  });

  it.each(['text/plain', 'text/html', 'application/xml', 'multipart/form-data'])('is refused as %s', async (type) => {
    for (const path of ['/', '/message:send']) {
      const headers = { 'content-type': type, 'a2a-version': '1.0' };
      const response = await fetch(`${runtime.url}${path}`, { method: 'POST', headers, body: changed({}) });
      await readError(response);
      expectNothingRan();
    }
  });

  it('is refused with an unknown charset, and with a content encoding that it does not have', async () => {
    const wrong = [{ 'content-type': 'application/json; charset=klingon' }, { 'content-encoding': 'gzip' }];
    for (const headers of wrong) {
      const all = { ...JSON_TYPE, ...headers };
      await readError(await fetch(runtime.url, { method: 'POST', headers: all, body: changed({}) }));
    }
  });

  it('of an unknown protocol version is refused', async () => {
    for (const version of ['2.0', '0.1', 'x'.repeat(1000), '1.0.0.0']) {
      const headers = { ...JSON_TYPE, 'a2a-version': version };
      for (const path of ['/', '/message:send']) {
        await readError(await fetch(`${runtime.url}${path}`, { method: 'POST', headers, body: changed({}) }));
      }
    }
  });
});

it('a name of the prototype in a message changes nothing but the message', async () => {
  const body = `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"__proto__":{"polluted":1},"message":{"messageId":"proto",
    "role":"ROLE_USER","parts":[{"text":"x","metadata":{"__proto__":{"polluted":1}}},{"data":{"__proto__":{"polluted":1},"constructor":1}}],
    "metadata":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"__proto__":{"polluted":1}}}}`;
  const response = await fetch(runtime.url, { method: 'POST', headers: JSON_TYPE, body });
  expect(await response.json()).toMatchObject({ result: { task: { status: { state: 'TASK_STATE_COMPLETED' } } } });
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  played.turns.splice(0);
});

it('any change to a valid request gets an answer of the protocol, and the server continues', async () => {
  const seed = freshSeed();
  const random = randomFrom(seed);
  const good = JSON.parse(changed({ metadata: { a: [1] }, contextId: 'c' })) as Json;
  const poison: readonly Json[] = [null, true, -1, 1e308, '', 'x', '\u0000', '\ud800', [], {}, [[]], [null], { a: {} }];
  for (let round = 0; round < 150; round++) {
    const body = structuredClone(good);
    for (let count = 1 + random() * 2; count > 0; count--) mutate(body, random, poison);
    const headers = random() < 0.5 ? JSON_TYPE : LEGACY;
    const path = ['/', '/a2a', '/message:send', '/v1/message:send'][Math.floor(random() * 4)] ?? '/';
    const response = await fetch(`${runtime.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    const about = `seed ${seed}, round ${round}: ${JSON.stringify(body)} -> ${text}`;
    expect(response.status, about).toBeLessThan(500);
    if (response.status === 204) expect(isNotification(path, body), about).toBe(true);
    else expect(response.headers.get('content-type'), about).toContain('json');
    expect(text, about).not.toMatch(LEAK);
    expect(text, about).not.toContain('-32603');
  }
  const health = await fetch(`${runtime.url}/healthz`);
  expect(health.status).toBe(200);
  const reply = await rpc(runtime.url, 'SendMessage', wireMessage('still there?'));
  expect(reply.body.result).toMatchObject({ task: { status: { state: 'TASK_STATE_COMPLETED' } } });
  played.turns.splice(0);
});

/** A call without an id is not answered. */
function isNotification(path: string, body: Json): boolean {
  return !path.includes(':') && typeof body === 'object' && body !== null && !('id' in body);
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Replaces, removes or adds something at a random place. */
function mutate(value: Json, random: () => number, poison: readonly Json[]): void {
  if (typeof value !== 'object' || value === null) return;
  const keys = Object.keys(value);
  const key = keys[Math.floor(random() * keys.length)];
  if (key === undefined) return;
  const holder = value as Record<string, Json>;
  const inner = holder[key];
  if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && random() < 0.75) {
    mutate(inner, random, poison);
  } else if (random() < 0.15) delete holder[key];
  else holder[key] = structuredClone(poison[Math.floor(random() * poison.length)] ?? null);
}

/** Text that would reveal the server's code: stacks, files, JavaScript's own errors, error pages. */
const LEAK =
  /\bat .*:\d+:\d+|node_modules|\.[jt]s\b|Cannot read|is not a function|is not iterable|undefined \(|<html|<!doctype/i;

async function readError(response: Response): Promise<unknown> {
  const text = await response.text();
  expect(response.headers.get('content-type')).toContain('json');
  expect(text).not.toMatch(LEAK);
  const reply = JSON.parse(text) as { readonly error?: { readonly message?: unknown } };
  expect(typeof reply.error?.message).toBe('string');
  return reply;
}

function expectNothingRan(): void {
  expect(played.turns).toHaveLength(0);
}

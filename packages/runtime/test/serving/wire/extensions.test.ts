import { afterAll, beforeAll, expect, it } from 'vitest';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn, openStream, wireMessage } from '../../support/wire.js';

const POSITION = 'urn:molecule:event-position:v1';
const FILES = 'urn:molecule:file-urls:v1';
const CITATIONS = 'https://example.com/extensions/citations/v1';

let runtime: TestRuntime;
let strict: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({ adapter: playAdapter().adapter });
  strict = await startTestRuntime({
    adapter: playAdapter().adapter,
    config: `name: Strict\nruntime: play\na2a: { extensions: [{ uri: '${CITATIONS}', required: true }] }\n`,
  });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await strict[Symbol.asyncDispose]();
});

function send(url: string, headers: Readonly<Record<string, string>>, more: object = {}): Promise<Response> {
  return fetch(`${url}/message:send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0', ...headers },
    body: JSON.stringify(wireMessage('hello', more)),
  });
}

it.each([
  ['none', '', null],
  ['one that the agent has', POSITION, POSITION],
  ['two', `${POSITION},${FILES}`, `${FILES}, ${POSITION}`],
  ['one twice, and spaces', ` ${POSITION} , ${POSITION}`, POSITION],
  ['one that nobody has', 'https://example.com/other/v1', null],
  ['another version', 'urn:molecule:event-position:v2', null],
  ['one of each', `https://example.com/other/v1, ${POSITION}`, POSITION],
])(
  'of the extensions that a request names, the answer names those that are active: %s',
  async (_name, named, active) => {
    const response = await send(runtime.url, { 'a2a-extensions': named });
    expect(response.status).toBe(200);
    expect(response.headers.get('a2a-extensions')).toBe(active);
  },
);

it('a client of 0.3 names and reads them in its own header', async () => {
  const response = await fetch(`${runtime.url}/v1/tasks/x`, { headers: { 'x-a2a-extensions': POSITION } });
  expect(response.headers.get('x-a2a-extensions')).toBe(POSITION);
  expect(response.headers.get('a2a-extensions')).toBeNull();
});

it('a stream names them too, and its events have the positions that the extension promises', async () => {
  const stream = await openStream(runtime.url, 'SendStreamingMessage', wireMessage('hello'), {
    'a2a-extensions': POSITION,
  });
  const ids: number[] = [];
  for await (const { id } of stream) ids.push(id ?? -1);
  expect(ids.length).toBeGreaterThan(1);
  expect(ids).toEqual([...ids].sort((one, other) => one - other));
});

it('a request that does not name a required extension is refused on every binding', async () => {
  const rest = await send(strict.url, {});
  expect(rest.status).toBe(400);
  const body = (await rest.json()) as { readonly error: { readonly message: string } };
  expect(codeIn(body)).toBe('EXTENSION_REQUIRED');
  expect(body.error.message).toContain(CITATIONS);
  const call = async (version: string, method: string, params: object) => {
    const response = await fetch(strict.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'a2a-version': version },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return (await response.json()) as { readonly error?: { readonly code: number } };
  };
  expect((await call('1.0', 'GetTask', { id: 'x' })).error?.code).toBe(-32008);
  expect((await call('1.0', 'SendStreamingMessage', wireMessage('hello'))).error?.code).toBe(-32008);
  expect((await call('0.3', 'tasks/get', { id: 'x' })).error?.code).toBe(-32004);
});

it('one that names it in its header or in its message is served', async () => {
  expect((await send(strict.url, { 'a2a-extensions': CITATIONS })).status).toBe(200);
  expect((await send(strict.url, {}, { extensions: [CITATIONS] })).status).toBe(200);
  const card = await (await fetch(`${strict.url}/.well-known/agent-card.json`)).json();
  const { extensions } = (
    card as { readonly capabilities: { readonly extensions: readonly { readonly uri: string }[] } }
  ).capabilities;
  expect(extensions.find(({ uri }) => uri === CITATIONS)).toMatchObject({ required: true });
});

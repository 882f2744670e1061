import { afterAll, beforeAll, expect, it } from 'vitest';
import { playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { codeIn, wireMessage } from '../support/wire.js';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({ adapter: playAdapter().adapter });
});
afterAll(() => runtime[Symbol.asyncDispose]());

const VERSION = { 'a2a-version': '1.0' };
const CALL = { jsonrpc: '2.0', id: 1, method: 'SendMessage' };

it('a body with another content type than JSON is refused with the error of the protocol', async () => {
  for (const path of ['/', '/a2a', '/message:send']) {
    const response = await fetch(`${runtime.url}${path}`, {
      method: 'POST',
      headers: { ...VERSION, 'content-type': 'text/plain' },
      body: JSON.stringify({ ...CALL, params: wireMessage('hello') }),
    });
    expect(response.status, path).toBe(415);
    const body = (await response.json()) as { readonly error: { readonly code: number } };
    expect(body.error.code, path).toBe(path === '/message:send' ? 415 : -32005);
    expect(codeIn(body), path).toBe('CONTENT_TYPE_NOT_SUPPORTED');
  }
});

it('JSON-RPC accepts the content type of JSON, REST that of A2A as well', async () => {
  for (const type of ['application/json', 'application/json; charset=utf-8', 'application/a2a+json']) {
    const headers = { ...VERSION, 'content-type': type };
    const body = JSON.stringify(wireMessage('hello'));
    const rest = await fetch(`${runtime.url}/message:send`, { method: 'POST', headers, body });
    expect(await rest.json(), type).toHaveProperty('task.id');
    const call = JSON.stringify({ ...CALL, params: wireMessage('hello') });
    const rpc = await fetch(runtime.url, { method: 'POST', headers, body: call });
    expect(rpc.status, type).toBe(type === 'application/a2a+json' ? 415 : 200);
  }
});

it('a request without a body needs no content type', async () => {
  const response = await fetch(`${runtime.url}/tasks/nobody:cancel`, { method: 'POST', headers: VERSION });
  expect(codeIn(await response.json())).toBe('TASK_NOT_FOUND');
});

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AllowedHosts } from '../../../src/support/network/allowed-hosts.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';

/** A request as bytes, because `fetch` does not allow setting the host. */
async function statusOf(url: string, head: readonly string[], line = 'GET /tasks HTTP/1.1'): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write([line, ...head, 'Connection: close', '', ''].join('\r\n'));
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  return [text.split(' ')[1], ...(code === undefined ? [] : [code])].join(' ');
}

describe('an agent without tokens, on loopback', () => {
  let runtime: TestRuntime;
  let port: string;
  beforeAll(async () => {
    runtime = await startTestRuntime({ adapter: playAdapter().adapter });
    port = new URL(runtime.url).port;
  });
  afterAll(() => runtime[Symbol.asyncDispose]());

  it.each(['127.0.0.1', '127.0.0.9', 'localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '[::1]', '0.0.0.0'])(
    'answers under %s, with any port, as behind a tunnel',
    async (host) => {
      for (const name of [host, `${host}:${port}`, `${host}:4711`]) {
        expect(await statusOf(runtime.url, [`Host: ${name}`]), name).toBe('200');
      }
    },
  );

  it.each([
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    'evil.localhost.example',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    'evil.example#localhost',
    'xlocalhost',
    '10.0.0.1',
    '[fe80::1]',
    '127.1.evil',
    '',
    '%6cocalhost',
  ])('does not answer under %j', async (host) => {
    expect(await statusOf(runtime.url, [`Host: ${host}`])).toBe('403 HOST_NOT_ALLOWED');
  });

  it('checks the Host header, and ignores headers in which a proxy names a host', async () => {
    const forwarded = ['Host: evil.example', 'X-Forwarded-Host: localhost', 'Forwarded: host=localhost'];
    expect(await statusOf(runtime.url, forwarded)).toBe('403 HOST_NOT_ALLOWED');
    expect(await statusOf(runtime.url, ['Host: localhost', 'Host: evil.example'])).not.toContain('403 ORIGIN');
  });

  it.each([
    ['no origin', [], '200'],
    ['its own origin', ['Origin: http://localhost:4711'], '200'],
    ['its own origin behind TLS', ['Origin: https://localhost:4711'], '200'],
    ['another port', ['Origin: http://localhost:3000'], '403 ORIGIN_NOT_ALLOWED'],
    ['another name', ['Origin: https://evil.example'], '403 ORIGIN_NOT_ALLOWED'],
    ['an opaque origin', ['Origin: null'], '403 ORIGIN_NOT_ALLOWED'],
    ['an empty origin', ['Origin:'], '403 ORIGIN_NOT_ALLOWED'],
    ['a cross-site request without an origin', ['Sec-Fetch-Site: cross-site'], '403 ORIGIN_NOT_ALLOWED'],
    ['a same-site request without an origin', ['Sec-Fetch-Site: same-site'], '403 ORIGIN_NOT_ALLOWED'],
    ['a request of an address that a person typed', ['Sec-Fetch-Site: none'], '200'],
  ])('with %s: %s', async (_name, head, wanted) => {
    expect(await statusOf(runtime.url, ['Host: localhost:4711', ...head])).toBe(wanted);
    const cancel = ['Host: localhost:4711', ...head, 'Content-Length: 0'];
    const answer = await statusOf(runtime.url, cancel, 'POST /tasks/nobody:cancel HTTP/1.1');
    expect(answer).toBe(wanted === '200' ? '404 TASK_NOT_FOUND' : wanted);
  });

  it('reports its health to every client, and the reason only to authorized ones', async () => {
    expect(await statusOf(runtime.url, ['Host: evil.example'], 'GET /healthz HTTP/1.1')).toBe('200');
    expect(await statusOf(runtime.url, ['Host: evil.example'], 'GET /readyz HTTP/1.1')).toBe('200');
    const { host } = new URL(runtime.url);
    expect(await (await fetch(`http://${host}/readyz`)).json()).toHaveProperty('checks.taskLog');
  });
});

it('an agent with tokens answers under any name, because no page has the token', async () => {
  const environment = { MOLECULE_TOKENS: 'ann:ann-token-0123456789' };
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
  const head = ['Host: agent.internal', 'Origin: https://a.example', 'Authorization: Bearer ann-token-0123456789'];
  expect(await statusOf(runtime.url, head)).toBe('200');
});

it('an operator may name more hosts', async () => {
  const environment = { MOLECULE_ALLOWED_HOSTS: 'host.docker.internal, agent.lan:8000' };
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
  for (const host of ['host.docker.internal', 'HOST.docker.internal:8000', 'agent.lan', 'localhost']) {
    expect(await statusOf(runtime.url, [`Host: ${host}`]), host).toBe('200');
  }
  expect(await statusOf(runtime.url, ['Host: evil.example'])).toBe('403 HOST_NOT_ALLOWED');
});

it('the public address is one of the names, and its origin may call', () => {
  const hosts = new AllowedHosts({
    host: '127.0.0.1',
    publicUrl: 'https://Agent.example.com/one',
    allowedHosts: [],
    corsOrigins: [],
  });
  const own = { host: 'agent.example.com', origin: 'https://agent.example.com', site: 'same-origin' };
  expect(hosts.refusal(own)).toBeUndefined();
  expect(hosts.refusal({ ...own, host: '127.0.0.1:8000', site: 'cross-site' })).toBeUndefined();
  expect(hosts.refusal({ ...own, host: 'example.com' })).toBe('HOST_NOT_ALLOWED');
});

it('an agent that listens on every address answers under any name, and still refuses pages of other origins', async () => {
  const environment = { MOLECULE_HOST: '0.0.0.0', MOLECULE_ALLOW_ANONYMOUS: '1' };
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
  // A request over loopback arrives as one of a page with a rebound name would.
  expect(await statusOf(runtime.url, ['Host: evil.example'])).toBe('403 HOST_NOT_ALLOWED');
  expect(await statusOf(runtime.url, ['Host: localhost', 'Origin: https://evil.example'])).toBe(
    '403 ORIGIN_NOT_ALLOWED',
  );
});

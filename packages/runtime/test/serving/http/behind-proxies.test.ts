import { connect as connectSocket, type Socket } from 'node:net';
import { freePort } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { renderFirstScreen } from '../../../src/cli/start/render-first-screen.js';
import { begin, connect, send, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { codeIn, openStream, rpc, wireMessage } from '../../support/wire.js';
import { LEGACY, legacyMessage, postJson } from '../wire/wire-requests.js';

describe('a base path', () => {
  it.each([
    ['MOLECULE_BASE_PATH', { MOLECULE_BASE_PATH: '/agents/one/' }],
    ['the path of MOLECULE_PUBLIC_URL', { MOLECULE_PUBLIC_URL: 'https://example.com/agents/one/' }],
  ])('of %s is served as well as the root', async (_name, environment) => {
    const port = await freePort();
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment, port });
    const root = `http://127.0.0.1:${port}`;
    const base = `${root}/agents/one`;
    const shown = 'MOLECULE_PUBLIC_URL' in environment ? 'https://example.com/agents/one' : base;
    expect([runtime.info.url, runtime.info.cardUrl]).toEqual([shown, `${shown}/.well-known/agent-card.json`]);
    for (const url of [root, base]) {
      const card = (await (await fetch(`${url}/.well-known/agent-card.json`)).json()) as Record<string, unknown>;
      expect(card).toMatchObject({
        url: `${shown}/`,
        supportedInterfaces: expect.arrayContaining([expect.objectContaining({ url: shown })]),
      });
      for (const path of ['/healthz', '/readyz', '/tasks', '/tasks?pageSize=1']) {
        expect((await fetch(`${url}${path}`)).status, `${url}${path}`).toBe(200);
      }
      for (const path of ['', '/', '/a2a']) {
        expect((await rpc(`${url}${path}`, 'SendMessage', wireMessage('x'))).body, path).toHaveProperty(
          'result.task.id',
        );
      }
      const rest = await postJson(`${url}/message:send`, wireMessage('x'));
      expect(rest.body).toHaveProperty('task.id');
      const legacy = await fetch(`${url}/v1/tasks`, { headers: LEGACY });
      expect(legacy.status).toBe(200);
    }
    const missing = await (await fetch(`${base}/nowhere`)).json();
    expect(codeIn(missing)).toBe('PATH_NOT_FOUND');
    expect(JSON.stringify(missing)).toContain('GET /agents/one/nowhere');
    expect(JSON.stringify(missing)).toContain('POST /agents/one/a2a');
    // A path that only begins with the same letters is another path.
    expect((await fetch(`${root}/agents/oneness/tasks`)).status).toBe(404);
  });

  it("a path of the protocol can be joined to the card's url, which ends with a slash", async () => {
    const environment = { MOLECULE_BASE_PATH: '/one', MOLECULE_TOKENS: 'ann:ann-token-0123456789' };
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    const { url } = (await (await fetch(runtime.info.cardUrl)).json()) as { readonly url: string };
    const authorization = 'Bearer ann-token-0123456789';
    for (const base of [url, url.replace('/one/', '/')]) {
      expect((await fetch(`${base}/v1/card`, { headers: LEGACY })).status, base).toBe(401);
      const card = await fetch(`${base}/v1/card`, { headers: { ...LEGACY, authorization } });
      expect(await card.json(), base).toMatchObject({ url, protocolVersion: '0.3' });
      const missing = await fetch(`${base}/nowhere`, { headers: { ...LEGACY, authorization } });
      expect(codeIn(await missing.json()), base).toBe('PATH_NOT_FOUND');
    }
  });

  it('is part of the address on the card, so that clients find the agent', async () => {
    const environment = { MOLECULE_BASE_PATH: '/one' };
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    for (const binding of ['JSONRPC', 'HTTP+JSON'] as const) {
      for (const version of ['1.0', '0.3']) {
        const client = await connect(runtime.url, { binding, version });
        expect(stateOf(await send(client, 'hello')), `${binding} ${version}`).toBe('completed');
      }
    }
  });
});

it('an agent that listens on every address without a public URL warns in the log and on the first screen', async () => {
  const { logger, lines } = recordingLogger();
  const environment = { MOLECULE_HOST: '0.0.0.0', MOLECULE_ALLOW_ANONYMOUS: '1' };
  await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment, logger });
  expect(runtime.info.cardUrl).toContain('http://localhost:');
  expect(JSON.stringify(lines)).toContain('set MOLECULE_PUBLIC_URL');
  expect(renderFirstScreen(runtime.info, { color: false, command: 'npx molecule' })).toContain(
    'the card says localhost',
  );
  const known = { ...environment, MOLECULE_PUBLIC_URL: 'https://a.example' };
  await using other = await startTestRuntime({ adapter: playAdapter().adapter, environment: known });
  expect(renderFirstScreen(other.info, { color: false, command: 'npx molecule' })).not.toContain('localhost');
});

describe('a server that stops', () => {
  it('answers until it has stopped: messages with 503, and requests for tasks, streams and health as usual', async () => {
    const { adapter, gates } = playAdapter();
    await using runtime = await startTestRuntime({ adapter });
    const { url } = runtime;
    const client = await connect(url);
    const { id } = await begin(client, play({ say: 'one ' }, { gate: 'go on' }, { say: 'two' }));
    const running = wireMessage(play({ say: 'a ' }, { gate: 'go on' }, { say: 'b' }));
    const stream = await openStream(url, 'SendStreamingMessage', running);
    const events = stream[Symbol.asyncIterator]();
    await events.next();
    const stopped = runtime.shutdown(20_000);
    const message = { jsonrpc: '2.0', id: 7, params: wireMessage('x') };
    const legacy = { jsonrpc: '2.0', id: 7, params: legacyMessage('x') };
    const refused: readonly (readonly [path: string, body: object, headers?: Readonly<Record<string, string>>])[] = [
      ['/', { ...message, method: 'SendMessage' }],
      ['/', { ...message, method: 'SendStreamingMessage' }],
      ['/message:send', message.params],
      ['/message:stream', message.params],
      ['/', { ...legacy, method: 'message/send' }, LEGACY],
      ['/', { ...legacy, method: 'message/stream' }, LEGACY],
      ['/v1/message:send', { request: { messageId: 'm', role: 'ROLE_USER', content: [{ text: 'x' }] } }, LEGACY],
    ];
    for (const [path, body, headers] of refused) {
      const answer = await postJson(`${url}${path}`, body, headers);
      expect([answer.status, codeIn(answer.body)], path).toEqual([503, 'SERVER_STOPPING']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('connection')).toBe('close');
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([503, 'stopping']);
    expect((await rpc(url, 'GetTask', { id })).body).toHaveProperty('result.status.state', 'TASK_STATE_WORKING');
    // A repeated message begins nothing new, so it is answered.
    expect(
      (await rpc(url, 'SendMessage', { ...running, configuration: { returnImmediately: true } })).body,
    ).toHaveProperty('result.task.id');
    gates.open('go on');
    let last: unknown;
    for (let next = await events.next(); !next.done; next = await events.next()) last = next.value.data.result;
    expect(last).toMatchObject({
      task: { status: { state: 'TASK_STATE_COMPLETED' }, artifacts: [{ parts: [{ text: 'a b' }] }] },
    });
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});

describe('connections', () => {
  it('stay open for longer than a load balancer keeps them', async () => {
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter });
    const { headers } = await fetch(`${runtime.url}/healthz`);
    expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(60);
    const environment = { MOLECULE_KEEP_ALIVE: '2m' };
    await using other = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    expect((await fetch(`${other.url}/healthz`)).headers.get('keep-alive')).toContain('timeout=120');
  });

  it('that are idle are closed to make room for others, so that many of them cannot keep a client out', async () => {
    const environment = { MOLECULE_MAX_CONNECTIONS: '5' };
    await using runtime = await startTestRuntime({ adapter: playAdapter().adapter, environment });
    const crowd = await Promise.all(Array.from({ length: 60 }, () => open(runtime.url)));
    const reply = await rpc(runtime.url, 'SendMessage', wireMessage('still there?'));
    expect(reply.body).toHaveProperty('result.task.status.state', 'TASK_STATE_COMPLETED');
    await expect.poll(() => crowd.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(5);
    for (const socket of crowd) socket.destroy();
  });

  it('are refused with 503 if all others are busy', async () => {
    const { adapter, gates } = playAdapter();
    const environment = { MOLECULE_MAX_CONNECTIONS: '2' };
    await using runtime = await startTestRuntime({ adapter, environment });
    const streams = await Promise.all(
      [1, 2].map(() => openStream(runtime.url, 'SendStreamingMessage', wireMessage(play({ gate: 'go on' })))),
    );
    for (const path of ['/', '/message:send']) {
      const refused = await postJson(`${runtime.url}${path}`, {
        jsonrpc: '2.0',
        id: 1,
        method: 'SendMessage',
        params: wireMessage('x'),
      });
      expect([refused.status, codeIn(refused.body)]).toEqual([503, 'TOO_MANY_CONNECTIONS']);
      expect(refused.headers.get('retry-after')).toBe('5');
    }
    gates.open('go on');
    for (const stream of streams) for await (const _ of stream);
    await expect.poll(async () => (await postJson(`${runtime.url}/message:send`, wireMessage('x'))).status).toBe(200);
  });
});

/** A connection that sends nothing. */
async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  socket.on('error', () => socket.destroy());
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readCard } from '../../../src/team/delegation/peer-card.js';
import { PeerClient } from '../../../src/team/delegation/peer-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An agent's card with other addresses. */
function cardOf(url: string, extra: object = {}): string {
  const supportedInterfaces = [{ url, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }];
  return JSON.stringify({ name: 'peer', description: '', version: '1', skills: [], supportedInterfaces, ...extra });
}

const SECRET = { name: 'shared.txt', mediaType: 'text/plain', bytes: Buffer.from('for the peer alone') };
const message = {
  messageId: 'm-1',
  text: 'the task',
  files: [SECRET],
  metadata: {},
  actingFor: { sub: 'alice', act: { sub: 'agent' } },
};
const signal = AbortSignal.timeout(20_000);

test('if a card points to another server, no task, file or token is sent there', async () => {
  let asked = 0;
  const stranger = await serve((_request, response) => {
    asked++;
    response.end('{}');
  });
  const peer = await serve((_request, response) => response.end(cardOf(stranger)));
  const client = new PeerClient(peer, 'a-token-of-the-peer');
  await expect(client.send(message, undefined, signal)).rejects.toMatchObject({ code: 'PEER_ELSEWHERE' });
  await expect(client.send(message, undefined, signal)).rejects.toThrow(
    `If the agent is at ${stranger}, set that as the peer's url`,
  );
  expect(asked).toBe(0);
});

test.each([307, 308])('after a redirect (%i) to another server nothing is sent there', async (status) => {
  let asked = 0;
  const stranger = await serve((_request, response) => {
    asked++;
    response.end('{}');
  });
  let own = '';
  own = await serve((request, response) => {
    if (request.url?.endsWith('.json')) return response.end(cardOf(own));
    return response.writeHead(status, { location: stranger }).end();
  });
  await expect(new PeerClient(own, undefined).send(message, undefined, signal)).rejects.toMatchObject({
    code: 'PEER_ELSEWHERE',
  });
  expect(asked).toBe(0);
});

test('a redirect on the same server is followed with the whole message', async () => {
  await using agent = await startTestRuntime({ adapter: playAdapter().adapter });
  let own = '';
  own = await serve((request, response) => {
    if (request.url?.endsWith('.json')) return response.end(cardOf(own));
    if (request.url !== '/moved') return response.writeHead(308, { location: '/moved' }).end();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { 'content-type': type = '', 'a2a-version': version = '' } = request.headers;
      const headers = { 'content-type': type, 'a2a-version': String(version) };
      const answer = await fetch(agent.url, { method: 'POST', headers, body: Buffer.concat(chunks) });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
    return undefined;
  });
  const reply = await new PeerClient(own, undefined).send(message, undefined, signal);
  expect(reply.taskId).toBeDefined();
});

test('an endless answer is read only up to the limit', async () => {
  let own = '';
  let sent = 0;
  own = await serve((request, response) => {
    if (request.url?.endsWith('.json')) return response.end(cardOf(own));
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const more = () => {
      do sent += chunk.length;
      while (response.write(chunk) && sent < 2 ** 30);
    };
    response.on('drain', more);
    more();
    return undefined;
  });
  await expect(new PeerClient(own, undefined).send(message, undefined, signal)).rejects.toThrow(
    /larger than 33554432 bytes/,
  );
  expect(sent).toBeLessThan(100 * 2 ** 20);
});

test('an endless card counts as no card', async () => {
  const peer = await serve((_request, response) => {
    const chunk = `{"name":"${'x'.repeat(100_000)}`;
    const more = () => {
      while (response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  expect(await readCard(peer)).toBeUndefined();
});

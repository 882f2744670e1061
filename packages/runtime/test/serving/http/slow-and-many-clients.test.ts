import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { listen } from '../../../src/serving/http/connections/http-server.js';
import { defaultMaxConnections } from '../../../src/settings/environment/connection-limit.js';
import { begin, connect as connectClient } from '../../support/a2a-client.js';
import { startHost, workspaceDirectory } from '../../support/host-process.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { openStream, rpc, wireMessage } from '../../support/wire.js';

const HEAD = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

it.each([
  ['sends nothing', ''],
  ['never completes its head', HEAD],
  ['never completes its body', `${HEAD}Content-Length: 10\r\n\r\n{`],
])('the connection of a client that %s is closed', async (_name, bytes) => {
  const app = express().use(express.json());
  const times = { keepAliveMs: 50, headMs: 50, requestMs: 100, checkMs: 20 };
  const server = await listen(app, '127.0.0.1', 0, { maxConnections: 10, ...times });
  const socket = connect(server.port, '127.0.0.1');
  socket.resume();
  if (bytes !== '') socket.write(bytes);
  await once(socket, 'close');
  await server.close();
});

it('many idle connections leave descriptors for the task log and for a client that sends requests', async () => {
  await using directory = await workspaceDirectory();
  await using host = await startHost({ directory: directory.path, descriptors: 128 });
  const crowd = Array.from({ length: 300 }, () => idle(host.url));
  const reply = await rpc(host.url, 'SendMessage', wireMessage('still there?'));
  expect(reply.body).toHaveProperty('result.task.status.state', 'TASK_STATE_COMPLETED');
  const stream = await openStream(host.url, 'SendStreamingMessage', wireMessage(play({ stream: 20, everyMs: 5 })));
  let last: unknown;
  for await (const { data } of stream) last = data.result;
  expect(last).toHaveProperty('task.status.state', 'TASK_STATE_COMPLETED');
  for (const socket of crowd) socket.destroy();
});

it.each([
  [64, 8],
  [256, 96],
  [1024, 672],
  [1_048_576, 10_000],
])('of %d descriptors %d are for connections', (descriptors, connections) => {
  expect(defaultMaxConnections(descriptors)).toBe(connections);
});

it('the limit of the running process is found', async () => {
  const open = await readdir('/proc/self/fd');
  expect(defaultMaxConnections()).toBeGreaterThan(Math.min(open.length, 8) - 1);
});

function idle(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => socket.destroy());
  socket.resume();
  return socket;
}

it('a client that sends its next request before the first answer gets both answers, also while the server closes', async () => {
  const app = express();
  let release: (() => void) | undefined;
  app.get('/now', (_request, response) => void response.send('first'));
  app.get('/later', (_request, response) => {
    release = () => response.send('second');
  });
  const server = await listen(app, '127.0.0.1', 0, { maxConnections: 8, keepAliveMs: 5_000 });
  const socket = connect(server.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  socket.write('GET /now HTTP/1.1\r\nHost: a\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\n');
  await until('the first answer', () => received.includes('first') && release !== undefined);
  const closed = server.close();
  release?.();
  await closed;
  await until('the end', () => socket.closed);
  expect(received).toContain('second');
});

it.each([
  ['small', ''],
  ['large', 'x'.repeat(100_000)],
])('%s requests that do not announce their length keep no room while they are answered', async (_name, padding) => {
  const { adapter, gates } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const task = await begin(await connectClient(runtime.url), play({ gate: 'go' }));
  const ask = (method: string) =>
    fetch(runtime.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
      // A stream as body has no length.
      body: new Blob([
        JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { id: task.id, metadata: { padding } } }),
      ]).stream(),
      duplex: 'half',
      // Slow requests lose their room after ten seconds.
      signal: AbortSignal.timeout(5_000),
    } as RequestInit);
  const subscribers = await Promise.all(Array.from({ length: 8 }, () => ask('SubscribeToTask')));
  expect((await ask('GetTask')).status).toBe(200);
  gates.open('go');
  for (const subscriber of subscribers) expect(await subscriber.text()).toContain('TASK_STATE_COMPLETED');
});

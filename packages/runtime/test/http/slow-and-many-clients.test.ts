import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { defaultMaxConnections } from '../../src/http/connection-limit.js';
import { listen } from '../../src/http/http-server.js';
import { startHost, workspaceDirectory } from '../support/host-process.js';
import { play } from '../support/play-adapter.js';
import { until } from '../support/until.js';
import { openStream, rpc, wireMessage } from '../support/wire.js';

const HEAD = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

it.each([
  ['says nothing', ''],
  ['never ends its head', HEAD],
  ['never ends its body', `${HEAD}Content-Length: 10\r\n\r\n{`],
])('a client that %s is not waited for', async (_name, bytes) => {
  const app = express().use(express.json());
  const times = { keepAliveMs: 50, headMs: 50, requestMs: 100, checkMs: 20 };
  const server = await listen(app, '127.0.0.1', 0, { maxConnections: 10, ...times });
  const socket = connect(server.port, '127.0.0.1');
  socket.resume();
  if (bytes !== '') socket.write(bytes);
  await once(socket, 'close');
  await server.close();
});

it('a crowd of idle connections leaves descriptors for the task log, and for a client that means it', async () => {
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

it('the limit of this very process is found', async () => {
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

it('a client that sends its next request before it has the answer gets both, also from a server that closes', async () => {
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

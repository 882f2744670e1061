import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ClientConnection, type StreamLimits } from '../../src/a2a/client-connection.js';
import { improveEventStream } from '../../src/http/event-stream.js';
import { until } from '../support/until.js';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

it('a client that never reads makes the stream wait, and is dropped', async () => {
  const limits = { highWaterBytes: 64 * 1024, stalledMs: 100 };
  const { connection, response } = await streamTo(lazyClient, { limits });
  const event = `data: ${'x'.repeat(64 * 1024)}\n\n`;
  let written = 0;
  while (!connection.signal.aborted) {
    await connection.drained();
    expect(response.writableLength).toBeLessThan(limits.highWaterBytes + event.length);
    if (response.destroyed) break;
    response.write(event);
    written += event.length;
    // The sockets' own buffers take some megabytes before anything is left unread.
    expect(written).toBeLessThan(64 * 1024 * 1024);
  }
  expect(response.destroyed).toBe(true);
  await until('the stream is told', () => connection.signal.aborted);
});

it('a client that reads slowly gets everything', async () => {
  const limits = { highWaterBytes: 64 * 1024, stalledMs: 10_000 };
  let received = 0;
  const { connection, response } = await streamTo(
    (port) => {
      const socket = lazyClient(port);
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length;
        socket.pause();
        setImmediate(() => socket.resume());
      });
      return socket;
    },
    { limits },
  );
  const event = `data: ${'x'.repeat(64 * 1024)}\n\n`;
  for (let count = 0; count < 100; count++) {
    await connection.drained();
    response.write(event);
  }
  response.end();
  await until('all is received', () => received > 100 * event.length);
});

it('a quiet stream says now and then that it lives', async () => {
  let text = '';
  const { response } = await streamTo(
    (port) => lazyClient(port).on('data', (chunk: Buffer) => (text += chunk.toString())),
    { keepAliveMs: 10 },
  );
  response.write('data: {}\n\n');
  await until('two comments', () => text.split(': keep-alive\n\n').length > 2);
});

it('a stream that has ended but was not read yet is written to no more', async () => {
  const { server, response } = await streamTo(lazyClient, { keepAliveMs: 5 });
  const failed = once(response, 'error');
  response.write(`data: ${'x'.repeat(32 * 1024 * 1024)}\n\n`);
  response.end();
  expect(response.writableFinished).toBe(false);
  const waited = new Promise((resolve) => setTimeout(() => resolve('nothing went wrong'), 50));
  expect(await Promise.race([failed, waited])).toBe('nothing went wrong');
  expect(server.listening).toBe(true);
});

it('an event gets its number as its id, and anything else gets none', async () => {
  let text = '';
  const { connection, response } = await streamTo((port) =>
    lazyClient(port).on('data', (chunk: Buffer) => (text += chunk.toString())),
  );
  connection.nextEventId = 7;
  response.write('data: {}\n\n');
  response.write('event: error\ndata: {}\n\n');
  await until('both have come', () => text.includes('event: error'));
  expect(text).toContain('id: 7\ndata: {}\n\n');
  expect(text.match(/id: /g)).toHaveLength(1);
});

interface OpenStream {
  readonly server: Server;
  readonly connection: ClientConnection;
  readonly response: ServerResponse;
}

/** A server that has begun an event stream to the client. */
async function streamTo(
  client: (port: number) => Socket,
  options: { readonly limits?: StreamLimits; readonly keepAliveMs?: number } = {},
): Promise<OpenStream> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const opened = once(server, 'request');
  const socket = client((server.address() as AddressInfo).port);
  socket.on('error', () => socket.destroy());
  closing.push(() => socket.destroy());
  const [request, response] = (await opened) as [ConstructorParameters<typeof ClientConnection>[0], ServerResponse];
  const connection = new ClientConnection(request, response, options.limits);
  improveEventStream(response, connection, options.keepAliveMs);
  response.setHeader('Content-Type', 'text/event-stream');
  return { server, connection, response };
}

/** Asks, and reads nothing unless a listener is added. */
function lazyClient(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return socket;
}

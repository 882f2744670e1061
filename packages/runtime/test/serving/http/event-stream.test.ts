import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { EventStream, type StreamedEvent, sendEvents } from '../../../src/serving/http/answers/event-stream.js';
import { HttpClientStream, type StreamLimits } from '../../../src/serving/http/connections/http-client-stream.js';
import { until } from '../../support/until.js';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

it('a client that never reads makes the stream wait, and is dropped', async () => {
  const limits = { highWaterBytes: 64 * 1024, stalledMs: 100 };
  const { client, response } = await streamTo(lazyClient, { limits });
  const event = `data: ${'x'.repeat(64 * 1024)}\n\n`;
  let written = 0;
  while (!client.signal.aborted) {
    await client.drained();
    expect(response.writableLength).toBeLessThan(limits.highWaterBytes + event.length);
    if (response.destroyed) break;
    response.write(event);
    written += event.length;
    // The buffers of the sockets hold some megabytes before the server has to wait.
    expect(written).toBeLessThan(64 * 1024 * 1024);
  }
  expect(response.destroyed).toBe(true);
  await until('the stream is aborted', () => client.signal.aborted);
});

it('a client that reads slowly gets everything', async () => {
  const limits = { highWaterBytes: 64 * 1024, stalledMs: 10_000 };
  let received = 0;
  const { client, response } = await streamTo(
    (port) => {
      const socket = lazyClient(port);
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length;
        socket.pause();
        globalThis.setImmediate(() => socket.resume());
      });
      return socket;
    },
    { limits },
  );
  const event = `data: ${'x'.repeat(64 * 1024)}\n\n`;
  for (let count = 0; count < 100; count++) {
    await client.drained();
    response.write(event);
  }
  response.end();
  await until('all is received', () => received > 100 * event.length);
});

it('a stream without events sends a comment at intervals', async () => {
  const { response, received } = await readStream();
  await new EventStream(response, 10).write({ data: {} });
  await until('two comments', () => received().split(': keep-alive\n\n').length > 2);
});

it('nothing is written to a stream after its end, even if the client has not read it yet', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  closing.push(() => vi.useRealTimers());
  const { response } = await streamTo(lazyClient);
  const stream = new EventStream(response, 5);
  const errors: unknown[] = [];
  response.on('error', (error) => errors.push(error));
  await stream.write({ data: 'x'.repeat(32 * 1024 * 1024) });
  stream.end();
  expect(response.writableFinished).toBe(false);
  const unread = response.writableLength;
  vi.advanceTimersByTime(50);
  await stream.write({ data: {} });
  // Node reports a write after the end in the next tick.
  await setImmediate();
  expect(errors).toEqual([]);
  expect(response.writableLength).toBe(unread);
});

it('an event gets its number as its id, and anything else gets none', async () => {
  const { response, received } = await readStream();
  const stream = new EventStream(response);
  await stream.write({ data: {}, seq: 7 });
  await stream.write({ data: {}, name: 'error' });
  await until('both have come', () => received().includes('event: error'));
  expect(received()).toContain('id: 7\ndata: {}\n\n');
  expect(received()).toContain('event: error\ndata: {}\n\n');
  expect(received().match(/id: /g)).toHaveLength(1);
});

it('a stream that fails after its first event ends with the error as an event', async () => {
  const { response, received } = await readStream();
  await sendEvents(response, failing({ data: 'one', seq: 1 }), (error) => ({ data: String(error), name: 'error' }));
  await until('the end', () => received().endsWith('0\r\n\r\n'));
  expect(received()).toContain('id: 1\ndata: "one"\n\n');
  expect(received()).toContain('event: error\ndata: "Error: no more"\n\n');
});

it('a stream that fails before its first event has sent nothing', async () => {
  const { response } = await streamTo(lazyClient);
  await expect(sendEvents(response, failing(), () => ({ data: {} }))).rejects.toThrow('no more');
  expect(response.headersSent).toBe(false);
});

async function* failing(...events: readonly StreamedEvent[]): AsyncGenerator<StreamedEvent, void, undefined> {
  yield* events;
  throw new Error('no more');
}

interface OpenStream {
  readonly client: HttpClientStream;
  readonly response: ServerResponse;
}

/** A server that is about to begin an event stream to the client. */
async function streamTo(
  client: (port: number) => Socket,
  options: { readonly limits?: StreamLimits } = {},
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
  const [request, response] = (await opened) as [IncomingMessage, ServerResponse];
  return { client: new HttpClientStream(request, response, options.limits), response };
}

/** The same with a client that reads everything. */
async function readStream(): Promise<OpenStream & { received(): string }> {
  let text = '';
  const opened = await streamTo((port) =>
    lazyClient(port).on('data', (chunk: Buffer) => {
      text += chunk.toString();
    }),
  );
  return { ...opened, received: () => text };
}

/** Sends a request, and reads nothing until a listener is added. */
function lazyClient(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return socket;
}

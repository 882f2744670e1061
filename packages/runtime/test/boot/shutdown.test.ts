import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CALLER } from '../../src/tasks/storage/storage-gate.js';
import { answerOf, begin, connect, failureOf, getTask, send, sending, stateOf } from '../support/a2a-client.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { StreamReader } from '../support/reader.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startTestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { holdLock } from '../tasks/storage/hold-lock.js';

it('a stopping server lets its turns end, and their streams receive the end', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const stream = client.sendMessageStream(sending(play({ say: 'half' }, { gate: 'go' }, { say: ' whole' })));
  const reader = await new StreamReader().readFirst(stream);
  await until('it runs', () => turns.length === 1);
  const stopped = runtime.shutdown(10_000);
  gates.open('go');
  await Promise.all([reader.readAll(stream), stopped]);
  expect([stateOf(reader.task), reader.answer]).toEqual(['completed', 'half whole']);
});

it('an answer at the last moment is sent completely before the connections close', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const answer = 'x'.repeat(4 * 1024 * 1024);
  const client = await connect(runtime.url);
  const waiting = client.sendMessage(sending(play({ gate: 'go' }, { finish: answer })));
  await until('it runs', () => turns.length === 1);
  const stopped = runtime.shutdown(10_000);
  gates.open('go');
  const task = await waiting;
  expect('id' in task && answerOf(task)).toBe(answer);
  await stopped;
});

it('an answer that is being sent when the server stops arrives completely', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const length = 8 * 1024 * 1024;
  const task = await send(await connect(runtime.url), play({ finish: 'x'.repeat(length) }), { historyLength: 0 });
  const { hostname, port } = new URL(runtime.url);
  const socket = connectSocket(Number(port), hostname);
  socket.write(`GET /tasks/${task.id}?historyLength=0 HTTP/1.1\r\nHost: ${hostname}\r\nA2A-Version: 1.0\r\n\r\n`);
  await once(socket, 'readable');
  const stopped = runtime.shutdown(10_000);
  let received = 0;
  for await (const chunk of socket) received += (chunk as Buffer).length;
  expect(received).toBeGreaterThan(length);
  await stopped;
});

it('turns that do not end in time are aborted, and their callers receive the reason', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const stream = client.sendMessageStream(sending(play({ gate: 'never' })));
  const reader = await new StreamReader().readFirst(stream);
  const blocked = client.sendMessage(sending(play({ gate: 'never' })));
  await until('both run', () => turns.length === 2);
  await Promise.all([runtime.shutdown(50), reader.readAll(stream)]);
  const task = await blocked;
  for (const told of [reader.task, 'id' in task ? task : undefined]) {
    expect(told && failureOf(told)).toBe('INTERRUPTED_BY_SHUTDOWN');
  }
  expect(turns.map(({ reason }) => reason)).toMatchObject([{ code: 'shutdown' }, { code: 'shutdown' }]);
});

it('a stopping server accepts no new message, not even on an open connection', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  await begin(await connect(runtime.url), play({ gate: 'go' }));
  await until('it runs', () => turns.length === 1);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: sendingOnTheWire('late') });
  const socket = await openRequest(runtime.url, body.length);
  const stopped = runtime.shutdown(10_000);
  const answer = once(socket, 'data');
  socket.write(body);
  expect(String((await answer)[0])).toContain('SERVER_STOPPING');
  gates.open('go');
  await stopped;
  expect(turns).toHaveLength(1);
});

it('a turn that still waits in its lane is left for the next start', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  await begin(client, play({ gate: 'never' }), { contextId: 'c-1' });
  const queued = await begin(client, 'queued', { contextId: 'c-1' });
  await using again = await runtime.restart({ graceMs: 0 });
  const after = await connect(again.url);
  const task = await until('it is done', async () => {
    const now = await after.getTask({ tenant: '', id: queued.id });
    return stateOf(now) === 'completed' && now;
  });
  expect(answerOf(task)).toBe('echo: queued');
});

it('a stop gives up what waits for a locked database after its grace, also the answer to an expired question', async () => {
  const { adapter } = playAdapter();
  const { logger, lines } = recordingLogger();
  await using runtime = await startTestRuntime({ adapter, logger });
  const client = await connect(runtime.url);
  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  const ask = {
    requestId: 'a',
    request: 'question',
    prompt: 'Which?',
    expiresAt,
    otherwise: { text: 'none' },
  } as const;
  const { id } = await send(client, play({ event: { type: 'input-required', ...ask } }));
  await using _lock = await holdLock(join(runtime.info.stateDir, 'tasks.db'));
  await until('the answer waits, or came before the lock', async () => {
    const isHeld = lines.some(({ message }) => message.includes('storage trouble'));
    return isHeld || stateOf(await getTask(client, id)) === 'completed';
  });
  let isOver = false;
  void runtime.shutdown(0).finally(() => {
    isOver = true;
  });
  // Less than a caller waits for a lock.
  await until('the stop is over', () => isOver, CALLER.lockedMs / 2);
});

it('a second stop has no effect, and the port is free afterwards', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const { port } = new URL(runtime.url);
  const first = runtime.shutdown(0);
  expect(runtime.shutdown(60_000)).toBe(first);
  await first;
  const other = createServer().listen(Number(port), '127.0.0.1');
  await once(other, 'listening');
  other.close();
});

it('a port in use is reported with a remedy', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { adapter } = playAdapter();
  const started = startTestRuntime({ adapter, port });
  await expect(started).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    message: expect.stringMatching(new RegExp(`Port ${port} .* in use.*PORT`)),
  });
  other.close();
});

function sendingOnTheWire(text: string): object {
  return { message: { messageId: 'late', role: 'ROLE_USER', parts: [{ text }] } };
}

/** A connection on which only the head of a request has been sent. */
async function openRequest(url: string, contentLength: number): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  await once(socket, 'connect');
  const head = [
    'POST / HTTP/1.1',
    `Host: ${hostname}`,
    'Content-Type: application/json',
    'A2A-Version: 1.0',
    `Content-Length: ${contentLength}`,
    'Expect: 100-continue',
  ];
  const reached = once(socket, 'data');
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await reached;
  return socket;
}

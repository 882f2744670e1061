import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as openSocket, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { DurableWorkspace, untilDurable } from './support/durable-workspace.js';
import { plan, words } from './support/ledger-adapter.js';
import { startTemporal } from './support/temporal.js';

const HOST = fileURLToPath(new URL('support/host.ts', import.meta.url));
const HOOKS = fileURLToPath(new URL('../../support/host/typescript-hooks.mjs', import.meta.url));

/** A JSON-RPC call over an existing connection, because no descriptor is free for a new one. */
async function call(socket: Socket, method: string, params: object): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nA2A-Version: 1.0\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  let answer = '';
  const read = (chunk: Buffer) => {
    answer += chunk.toString();
  };
  socket.on('data', read);
  socket.write(head + body);
  const json = await until('an answer', () => /\r\n\r\n(\{.*\})/s.exec(answer)?.[1]);
  socket.off('data', read);
  return (JSON.parse(json) as { readonly result?: unknown }).result;
}

it('a durable process without free descriptors keeps running, and its turns are answered', async () => {
  await using temporal = await startTemporal();
  await using workspace = await DurableWorkspace.create(temporal.address);
  // The bound on connections usually keeps some descriptors free, but other code may use them up.
  const order = JSON.stringify({
    directory: workspace.directory,
    ledger: workspace.file('ledger.jsonl'),
    environment: {
      PATH: process.env['PATH'],
      TEMPORAL_HOST: temporal.address,
      WORKSPACE_ID: workspace.workspaceId,
      MOLECULE_MAX_CONNECTIONS: '10000',
    },
  });
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -n 90; exec "$@"', 'sh', process.execPath, '--import', HOOKS, HOST, order],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, 'exit');
  const sockets: Socket[] = [];
  try {
    const url = await until('its address', () => /^http:\S+$/m.exec(output)?.[0], 30_000);
    await untilDurable(url);
    const open = () => {
      const socket = openSocket(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      sockets.push(socket);
      return socket;
    };
    const mine = open();
    await once(mine, 'connect');
    const message = { messageId: 'm-1', role: 'ROLE_USER', parts: [{ text: plan({ words: 30, everyMs: 100 }) }] };
    const params = { message, configuration: { returnImmediately: true } };
    const begun = (await call(mine, 'SendMessage', params)) as { readonly task: { readonly id: string } };
    // More connections than the process has descriptors; none sends anything.
    for (let count = 0; count < 150; count++) open();
    await until('none is left', async () => (await descriptors(child.pid ?? 0)) >= 89);
    const id = begun.task.id;
    const done = await until(
      'the answer',
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${output.slice(-2_000)}`);
        const task = (await call(mine, 'GetTask', { id })) as { readonly status: { readonly state: string } };
        return task.status.state === 'TASK_STATE_COMPLETED' && task;
      },
      20_000,
    );
    expect(JSON.stringify(done)).toContain(words(30).slice(-12).trim().split(' ').at(-1));
    // This engine opens a file, so its turn fails, but the process continues.
    const more = { message: { ...message, messageId: 'm-2', parts: [{ text: 'hello' }] } };
    expect(await call(mine, 'SendMessage', more)).toMatchObject({ task: { status: { state: 'TASK_STATE_FAILED' } } });
    for (const socket of sockets.splice(1)) socket.destroy();
    await until('there is room again', async () => (await descriptors(child.pid ?? 0)) < 80);
    const after = { message: { ...message, messageId: 'm-3', parts: [{ text: 'hello' }] } };
    expect(JSON.stringify(await call(mine, 'SendMessage', after))).toContain('echo: hello');
    await untilDurable(url);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
    await ended;
  }
});

async function descriptors(pid: number): Promise<number> {
  const { readdir } = await import('node:fs/promises');
  return (await readdir(`/proc/${pid}/fd`)).length;
}

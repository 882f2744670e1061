import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bench } from './support/bench.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.create();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

test('an unhandled rejection in a library does not end a process with a worker if the process handles such errors itself', async () => {
  const { address } = await bench.server();
  const wrapper = bench.wrapper(address);
  await wrapper.start();
  expect(wrapper.isAvailable()).toBe(true);
  const seen: unknown[] = [];
  const fatal: unknown[] = [];
  const keep = (error: unknown) => void seen.push(error);
  const note = (error: unknown) => void fatal.push(error);
  process.on('unhandledRejection', keep);
  process.on('uncaughtException', note);
  try {
    void Promise.reject(new Error('nobody looks at this one'));
    await waitUntil('the host has handled the error', () => seen.length > 0);
    await sleep(50);
    expect(fatal).toEqual([]);
  } finally {
    process.off('unhandledRejection', keep);
    process.off('uncaughtException', note);
  }
  expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'durable' });
});

test('a missing namespace is logged once, with a remedy, and then checked at growing intervals', async () => {
  const { address } = await bench.server({ dataFile: `${bench.directory}/other.db` });
  const lines: { readonly level: string; readonly text: string }[] = [];
  const at = (level: string) => (message: string, fields?: object) => {
    lines.push({ level, text: `${message} ${JSON.stringify(fields)}` });
  };
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => logger };
  const wrapper = bench.wrapper(address, { server: { namespace: 'not-there' }, logger });
  await wrapper.start();
  expect(wrapper.status()).toMatchObject({
    state: 'unavailable',
    detail: expect.stringMatching(/^TEMPORAL_NAMESPACE_NOT_FOUND: .*namespace create --namespace not-there/),
  });
  const tries = () => lines.filter(({ text }) => text.includes('TEMPORAL_NAMESPACE_NOT_FOUND')).length;
  await waitUntil('it is tried again', () => tries() >= 1);
  expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'direct' });
  await sleep(3_000);
  expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toHaveLength(1);
});

test('a process that was frozen for longer than its heartbeats may be missing keeps the turn that its record says is its own', async () => {
  const { address } = await bench.server({ dataFile: `${bench.directory}/frozen.db` });
  const holds = fileURLToPath(new URL('./fixtures/host.ts', import.meta.url));
  const options = {
    host: address,
    workspaceId: 'frozen',
    instanceId: 'frozen-1',
    ledger: bench.directory,
    unfinished: [],
    graceMs: 0,
    holds: true,
  };
  const child = spawn(process.execPath, [holds, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    await once(child, 'message');
    const input = turnInput({ ticks: 300 });
    child.send({ command: 'run', input });
    await bench.entry(input.taskId, 'begin');
    await sleep(1_500);
    child.kill('SIGSTOP');
    // Receives the attempt after the frozen process's timeout, and waits, like the runtime, for the process that holds the turn.
    const waiting = bench.wrapper(address, {
      workspaceId: 'frozen',
      instanceId: 'waiting-1',
      body: { run: () => new Promise(() => {}), holds: async () => true },
    });
    await waiting.start();
    await sleep(8_000);
    child.kill('SIGCONT');
    await bench.entry(input.taskId, 'end');
    expect(bench.begins(input.taskId)).toHaveLength(1);
  } finally {
    child.kill('SIGKILL');
  }
});

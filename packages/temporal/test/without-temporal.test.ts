import { freePort } from '@molecule/adapters';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workflowIdFor } from '../src/index.js';
import { Bench, closedStatus } from './support/bench.js';
import { openBlackHole } from './support/black-hole.js';
import { resultOf } from './support/outcome.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.create();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

describe('at boot', () => {
  test('a refused port does not delay start, tasks run directly, and become durable when Temporal is available', async () => {
    const port = await freePort();
    // A start that waited for this timeout would outlast the test.
    const wrapper = bench.wrapper(`127.0.0.1:${port}`, { settings: { connectTimeoutMs: 600_000 } });
    await wrapper.start();
    expect(wrapper.status()).toMatchObject({ state: 'unavailable', address: `127.0.0.1:${port}` });
    expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'direct', result: { success: true } });

    await bench.server({ port });
    await waitUntil('Temporal is found', () => wrapper.isAvailable());
    expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'durable', result: { success: true } });
  });

  test('a server that accepts connections and never answers does not delay start', async () => {
    await using hole = await openBlackHole();
    const wrapper = bench.wrapper(hole.address, { settings: { connectTimeoutMs: 700 } });
    await wrapper.start();
    expect(wrapper.isAvailable()).toBe(false);
    expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'direct' });
  });

  test('a wrapper that was never started runs tasks directly', async () => {
    const wrapper = bench.wrapper('127.0.0.1:1');
    expect(wrapper.status().state).toBe('off');
    expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'direct' });
  });
});

test('if Temporal is killed during a task, the task is answered once, and its workflow ends after the restart of Temporal', async () => {
  const server = await bench.server();
  const wrapper = bench.wrapper(server.address, { settings: { startTimeoutMs: 1_000 } });
  await wrapper.start();
  const input = turnInput({ ticks: 60 });
  const outcome = wrapper.run(input);
  await bench.entry(input.taskId, 'begin');
  server.kill('SIGKILL');
  await waitUntil('the loss is noticed', () => !wrapper.isAvailable(), 5_000);
  expect(await outcome).toMatchObject({ mode: 'durable', result: { success: true } });

  await bench.server({ port: server.port });
  await waitUntil('Temporal is found again', () => wrapper.isAvailable());
  const client = await bench.client(server.address);
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(1);
});

test('if Temporal is dead at a submit, the turn runs directly after a bounded wait, the next without one, and later ones durably', async () => {
  const server = await bench.server();
  // Health checks are rare here, so that the task finds the outage first.
  const wrapper = bench.wrapper(server.address, { settings: { healthIntervalMs: 3_000, startTimeoutMs: 1_000 } });
  await wrapper.start();
  await wrapper.run(turnInput());
  server.kill('SIGSTOP');

  const [first, second] = [turnInput({ ticks: 2 }), turnInput()];
  expect(await wrapper.run(first)).toMatchObject({ mode: 'direct', result: { success: true } });
  expect(wrapper.isAvailable()).toBe(false);
  const next = wrapper.run(second);
  expect(wrapper.pendingStarts).toBe(0);
  expect(await next).toMatchObject({ mode: 'direct' });

  server.kill('SIGCONT');
  await waitUntil('Temporal is found again', () => wrapper.isAvailable());
  expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'durable' });
  // If the first start has reached the server, its workflow finds that the turn has ended.
  const client = await bench.client(server.address);
  await waitUntil('the late workflow has ended, or there is none', async () => {
    try {
      const { status } = await client.workflow.getHandle(workflowIdFor(first.taskId)).describe();
      return status.name === 'COMPLETED';
    } catch {
      return true;
    }
  });
  expect(bench.begins(first.taskId)).toHaveLength(1);
  expect(bench.begins(second.taskId)).toHaveLength(1);
});

test('isAvailable is false soon after the server is killed, and true after its restart', async () => {
  const server = await bench.server();
  const states: string[] = [];
  const wrapper = bench.wrapper(server.address, {
    settings: { startTimeoutMs: 1_000 },
    onStateChange: ({ state }) => states.push(state),
  });
  await wrapper.start();
  expect(wrapper.isAvailable()).toBe(true);
  server.kill('SIGKILL');
  await waitUntil('gone', () => !wrapper.isAvailable(), 4_000);
  await bench.server({ port: server.port });
  await waitUntil('back', () => wrapper.isAvailable(), 8_000);
  await wrapper.stop({ graceMs: 0 });
  expect(wrapper.isAvailable()).toBe(false);
  expect(states).toEqual(['connecting', 'available', 'unavailable', 'available', 'stopped']);
});

test('a cancel that reaches neither a turn in this process nor Temporal reports that', async () => {
  const wrapper = bench.wrapper('127.0.0.1:1');
  await wrapper.start();
  await expect(wrapper.cancel('task-elsewhere')).rejects.toMatchObject({ code: 'CANCEL_NOT_DELIVERED' });
  const input = turnInput({ ticks: 400 });
  const outcome = wrapper.run(input);
  await bench.entry(input.taskId, 'begin');
  await wrapper.cancel(input.taskId);
  expect(resultOf(await outcome).error).toBe('canceled');
});

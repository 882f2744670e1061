import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../src/dev-server/free-port.js';
import { workflowIdFor } from '../src/index.js';
import { Bench, closedStatus } from './support/bench.js';
import { openBlackHole } from './support/black-hole.js';
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
  test('a refused port does not hold up start, tasks run directly, and become durable when Temporal is there', async () => {
    const port = await freePort();
    const wrapper = bench.wrapper(`127.0.0.1:${port}`);
    const began = Date.now();
    await wrapper.start();
    expect(Date.now() - began).toBeLessThan(1_000);
    expect(wrapper.status()).toMatchObject({ state: 'unavailable', address: `127.0.0.1:${port}` });
    expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'direct', result: { success: true } });

    await bench.server({ port });
    await waitUntil('Temporal is found', () => wrapper.isAvailable());
    expect(await wrapper.run(turnInput())).toMatchObject({ mode: 'durable', result: { success: true } });
  });

  test('a server that accepts connections and never answers does not hold up start', async () => {
    await using hole = await openBlackHole();
    const wrapper = bench.wrapper(hole.address, { settings: { connectTimeoutMs: 700 } });
    const began = Date.now();
    await wrapper.start();
    expect(Date.now() - began).toBeLessThan(1_500);
    expect(wrapper.isAvailable()).toBe(false);
    expect((await wrapper.run(turnInput())).mode).toBe('direct');
  });

  test('a wrapper that was never started runs tasks directly', async () => {
    const wrapper = bench.wrapper('127.0.0.1:1');
    expect(wrapper.status().state).toBe('off');
    expect((await wrapper.run(turnInput())).mode).toBe('direct');
  });
});

test('Temporal killed in mid-task: the task is answered once, and its workflow ends when Temporal is back', async () => {
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

test('Temporal dead at the moment of a submit: bounded delay, direct, no delay for the next, durable again by itself', async () => {
  const server = await bench.server();
  // No look at the server's health for a while, so that it is the task that finds out.
  const wrapper = bench.wrapper(server.address, { settings: { healthIntervalMs: 3_000, startTimeoutMs: 1_000 } });
  await wrapper.start();
  await wrapper.run(turnInput());
  server.kill('SIGSTOP');

  const [first, second] = [turnInput({ ticks: 2 }), turnInput()];
  const began = Date.now();
  expect(await wrapper.run(first)).toMatchObject({ mode: 'direct', result: { success: true } });
  expect(Date.now() - began).toBeLessThan(2_000);
  expect(wrapper.isAvailable()).toBe(false);
  const next = Date.now();
  expect((await wrapper.run(second)).mode).toBe('direct');
  expect(Date.now() - next).toBeLessThan(300);

  server.kill('SIGCONT');
  await waitUntil('Temporal is found again', () => wrapper.isAvailable());
  expect((await wrapper.run(turnInput())).mode).toBe('durable');
  // The first start may have reached the server after all: its workflow finds the turn done.
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

test('isAvailable tells the truth within seconds: gone when the server is killed, there when it is back', async () => {
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

test('a cancel that reaches neither a turn here nor Temporal says so', async () => {
  const wrapper = bench.wrapper('127.0.0.1:1');
  await wrapper.start();
  await expect(wrapper.cancel('task-elsewhere')).rejects.toMatchObject({ code: 'CANCEL_NOT_DELIVERED' });
  const input = turnInput({ ticks: 400 });
  const outcome = wrapper.run(input);
  await bench.entry(input.taskId, 'begin');
  await wrapper.cancel(input.taskId);
  expect((await outcome).result.error).toBe('canceled');
});

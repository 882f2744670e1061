import { afterAll, beforeAll, expect, test } from 'vitest';
import { LLM_CALL, workflowIdFor } from '../src/index.js';
import { activityStarted, Bench, closedStatus } from './support/bench.js';
import { turnInput } from './support/turn-input.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.create();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

test('a process stops a turn that has ended elsewhere, and its caller receives the result of that end', async () => {
  const { address } = await bench.server();
  const client = await bench.client(address);
  const wrapper = bench.wrapper(address);
  await wrapper.start();
  const input = turnInput({ ticks: 800 });
  const outcome = wrapper.run(input);
  await bench.entry(input.taskId, 'begin');
  await activityStarted(client, input.taskId);

  // Like another process that has continued the turn while this one was frozen.
  const result = { finalText: 'the other’s answer', success: true };
  await client.activity.complete({ workflowId: workflowIdFor(input.taskId), activityId: LLM_CALL }, result);

  expect((await bench.entry(input.taskId, 'abort')).reason).toBe('superseded');
  expect(await outcome).toEqual({ kind: 'ended', mode: 'durable', result });
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
  expect(bench.begins(input.taskId)).toHaveLength(1);
});

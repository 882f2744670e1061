import { ActivityNotFoundError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LLM_CALL, workflowIdFor } from '../src/index.js';
import { Bench, closedStatus } from './support/bench.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.create();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

test('a process stops a turn that another has taken over, and tells its caller the other’s answer', async () => {
  const { address } = await bench.server();
  const client = await bench.client(address);
  const [first, second] = [await bench.subdirectory('first'), await bench.subdirectory('second')];
  const wrapper = bench.wrapper(address, { instanceId: 'first', body: first.body() });
  await wrapper.start();
  const input = turnInput({ ticks: 60 });
  const outcome = wrapper.run(input);
  await first.entry(input.taskId, 'begin');
  await bench.wrapper(address, { instanceId: 'second', body: second.body() }).start();

  // As when the first was silent for too long. Temporal may give the next attempt to the first again, which then joins the
  // turn that it runs already; so this is done until the second has it.
  await waitUntil('the second has the turn', async () => {
    if (second.begins(input.taskId).length > 0) return true;
    await giveUpAttempt(client, input.taskId);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return second.begins(input.taskId).length > 0;
  });

  expect((await first.entry(input.taskId, 'abort')).reason).toBe('superseded');
  expect(first.begins(input.taskId)).toHaveLength(1);
  expect(second.begins(input.taskId)).toMatchObject([{ takeover: true }]);
  expect(await outcome).toEqual({ mode: 'durable', result: { finalText: `answer to ${input.taskId}`, success: true } });
  expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
});

async function giveUpAttempt(client: Client, taskId: string): Promise<void> {
  try {
    await client.activity.fail(
      { workflowId: workflowIdFor(taskId), activityId: LLM_CALL },
      ApplicationFailure.create({ message: 'given up', type: 'Test', nextRetryDelay: '1ms' }),
    );
  } catch (error) {
    // Between two attempts there is none to give up.
    if (!(error instanceof ActivityNotFoundError)) throw error;
  }
}

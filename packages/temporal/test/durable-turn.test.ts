import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TemporalWorkflowWrapper, taskQueueFor, WORKFLOW_TYPE, workflowIdFor } from '../src/index.js';
import { Bench, closedStatus } from './support/bench.js';
import { resultOf } from './support/outcome.js';
import { turnInput } from './support/turn-input.js';
import { waitUntil } from './support/wait-until.js';

let bench: Bench;
let wrapper: TemporalWorkflowWrapper;
let client: Client;

beforeAll(async () => {
  bench = await Bench.create();
  const { address } = await bench.server();
  client = await bench.client(address);
  wrapper = bench.wrapper(address);
  await wrapper.start();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

describe('a turn', () => {
  test('is recorded in Temporal, in at most 13 events, and answered once', async () => {
    const input = turnInput();
    expect(await wrapper.run(input)).toEqual({
      kind: 'ended',
      mode: 'durable',
      result: { finalText: `answer to ${input.taskId}`, success: true },
    });
    expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
    const history = await client.workflow.getHandle(workflowIdFor(input.taskId)).fetchHistory();
    expect(history.events?.length).toBeLessThanOrEqual(13);
    expect(bench.begins(input.taskId)).toHaveLength(1);
  });

  test('has no time limit in Temporal, because the body limits it', async () => {
    const input = turnInput();
    await wrapper.run(input);
    await closedStatus(client, input.taskId);
    const { events } = await client.workflow.getHandle(workflowIdFor(input.taskId)).fetchHistory();
    const started = events?.find((event) => event.workflowExecutionStartedEventAttributes);
    const { workflowExecutionTimeout, workflowRunTimeout } = started?.workflowExecutionStartedEventAttributes ?? {};
    const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes);
    const { startToCloseTimeout, scheduleToStartTimeout, scheduleToCloseTimeout } =
      scheduled?.activityTaskScheduledEventAttributes ?? {};
    expect([workflowExecutionTimeout, workflowRunTimeout].map((bound) => Number(bound?.seconds ?? 0))).toEqual([0, 0]);
    const YEAR = 365 * 24 * 60 * 60;
    for (const bound of [startToCloseTimeout, scheduleToStartTimeout, scheduleToCloseTimeout]) {
      expect([0, 10 * YEAR]).toContain(Number(bound?.seconds ?? 0));
    }
  });

  test('that is started twice at once runs once, and both callers get its answer', async () => {
    const input = turnInput({ ticks: 3 });
    const outcomes = await Promise.all([wrapper.run(input), wrapper.run(input), wrapper.run(input)]);
    expect(new Set(outcomes.map((outcome) => resultOf(outcome).finalText))).toEqual(
      new Set([`answer to ${input.taskId}`]),
    );
    expect(bench.begins(input.taskId)).toHaveLength(1);
  });

  test('can be followed at once by the next turn of the same task, under the same workflow id', async () => {
    const first = turnInput({ text: 'one' });
    expect(resultOf(await wrapper.run(first)).finalText).toBe('one');
    const second = { ...first, turn: 2, metadata: { text: 'two' } };
    const outcome = await wrapper.run(second);
    expect(outcome).toMatchObject({ mode: 'durable', result: { finalText: 'two' } });
    expect(await closedStatus(client, first.taskId)).toBe('COMPLETED');
    expect(bench.begins(first.taskId).map((entry) => entry.turn)).toEqual([1, 2]);
  });

  test('whose agent fails completes its workflow with success false, and is not tried again', async () => {
    const input = turnInput({ fail: 'the model said no' });
    expect(resultOf(await wrapper.run(input))).toEqual({ finalText: '', success: false, error: 'the model said no' });
    expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
    expect(bench.begins(input.taskId)).toHaveLength(1);
  });

  test('can be found by its task id and its workspace', async () => {
    const input = turnInput();
    await wrapper.run(input);
    await closedStatus(client, input.taskId);
    const query = `WorkflowId = '${workflowIdFor(input.taskId)}' AND TaskQueue = '${taskQueueFor('workspace-1')}' AND ExecutionStatus = 'Completed'`;
    const found = await waitUntil('the index has it', async () => {
      for await (const one of client.workflow.list({ query })) return one;
      return undefined;
    });
    expect(found.memo).toEqual({
      taskId: input.taskId,
      contextId: input.contextId,
      workspaceId: 'workspace-1',
      turn: 1,
    });
  });

  test('whose body crashes is tried again, and neither the caller nor Temporal receives the text of the error', async () => {
    const input = turnInput({ crash: true });
    void wrapper.run(input);
    await bench.entry(input.taskId, 'begin', 2);
    const handle = client.workflow.getHandle(workflowIdFor(input.taskId));
    const { raw } = await handle.describe();
    expect(JSON.stringify(raw)).not.toContain('secret');
    await handle.terminate();
  });
});

describe('cancel', () => {
  test('stops the turn in this process, and the workflow ends canceled', async () => {
    const input = turnInput({ ticks: 400 });
    const outcome = wrapper.run(input);
    await bench.entry(input.taskId, 'begin');
    await wrapper.cancel(input.taskId);
    expect(resultOf(await outcome)).toMatchObject({ success: false, error: 'canceled' });
    expect((await bench.entry(input.taskId, 'abort')).reason).toBe('canceled');
    expect(await closedStatus(client, input.taskId)).toBe('CANCELED');
    expect(bench.begins(input.taskId)).toHaveLength(1);
  });

  test('of a turn whose start has not reached Temporal yet arrives after the start', async () => {
    const input = turnInput({ ticks: 400 });
    const outcome = wrapper.run(input);
    await wrapper.cancel(input.taskId);
    expect(resultOf(await outcome)).toMatchObject({ success: false, error: 'canceled' });
    expect(await closedStatus(client, input.taskId)).toBe('CANCELED');
  });

  test('from outside reaches the turn, and the workflow ends canceled', async () => {
    const input = turnInput({ ticks: 400 });
    const outcome = wrapper.run(input);
    await bench.entry(input.taskId, 'begin');
    await client.workflow.getHandle(workflowIdFor(input.taskId)).cancel();
    expect(resultOf(await outcome)).toMatchObject({ success: false, error: 'canceled' });
    expect((await bench.entry(input.taskId, 'abort')).reason).toBe('canceled');
    expect(await closedStatus(client, input.taskId)).toBe('CANCELED');
  });

  test('by terminating the workflow also stops the turn, even before its activity has started', async () => {
    const input = turnInput({ ticks: 400 });
    const outcome = wrapper.run(input);
    await bench.entry(input.taskId, 'begin');
    await client.workflow.getHandle(workflowIdFor(input.taskId)).terminate('operator');
    expect(resultOf(await outcome)).toMatchObject({ success: false, error: 'canceled' });
    expect((await bench.entry(input.taskId, 'abort')).reason).toBe('canceled');
  });

  test('of a task that no process runs is not an error', async () => {
    await expect(wrapper.cancel('no-such-task')).resolves.toBeUndefined();
  });

  test('of a turn that no process has begun is stored by the next process', async () => {
    const workspaceId = 'workspace-late';
    const input = turnInput({}, { workspaceId });
    const handle = await client.workflow.start(WORKFLOW_TYPE, {
      workflowId: workflowIdFor(input.taskId),
      taskQueue: taskQueueFor(workspaceId),
      args: [input, { startToCloseMs: 60_000, heartbeatTimeoutMs: 5_000, maxAttempts: 3 }],
    });
    await handle.cancel();
    const { address } = wrapper.status();
    await using late = bench.wrapper(address, { workspaceId });
    await late.start();
    expect((await bench.entry(input.taskId, 'conclude')).reason).toBe('canceled');
    expect(await closedStatus(client, input.taskId)).toBe('CANCELED');
    expect(bench.begins(input.taskId)).toHaveLength(0);
  });
});

test('a turn that ignores its deadline is ended by Temporal once, and not run again', async () => {
  const input = turnInput({ ticks: 80, stubborn: true });
  const handle = await client.workflow.start(WORKFLOW_TYPE, {
    workflowId: workflowIdFor(input.taskId),
    taskQueue: taskQueueFor('workspace-1'),
    args: [input, { startToCloseMs: 1_000, heartbeatTimeoutMs: 5_000, maxAttempts: 5 }],
  });
  expect(await handle.result()).toMatchObject({ success: false });
  expect((await bench.entry(input.taskId, 'conclude')).reason).toBe('deadline');
  expect(bench.begins(input.taskId)).toHaveLength(1);
});

describe('sizes', () => {
  test('an answer too large for the history is shortened there, and complete for the caller', async () => {
    const text = randomText(4_000_000);
    const input = turnInput();
    const body = { run: async () => ({ finalText: text, success: true }) };
    await using other = bench.wrapper(wrapper.status().address, { workspaceId: 'workspace-large', body });
    await other.start();
    const outcome = await other.run(input);
    expect(resultOf(outcome).finalText.length).toBe(text.length);
    expect(await closedStatus(client, input.taskId)).toBe('COMPLETED');
    const recorded = (await client.workflow.getHandle(workflowIdFor(input.taskId)).fetchHistory()).events ?? [];
    expect(recorded.some((event) => event.activityTaskCompletedEventAttributes)).toBe(true);
  });

  test('an input that is too large is refused at once with a code, and no workflow starts', async () => {
    const input = turnInput({ blob: randomText(2_500_000) });
    const outcome = await wrapper.run(input);
    const message = expect.stringMatching(/^TASK_INPUT_TOO_LARGE: .*1500000/);
    expect(outcome).toEqual({ kind: 'refused', code: 'TASK_INPUT_TOO_LARGE', message });
    expect(bench.begins(input.taskId)).toHaveLength(0);
    await expect(client.workflow.getHandle(workflowIdFor(input.taskId)).describe()).rejects.toThrow();
  });

  test('an input that is large only because it repeats itself is compressed, and runs', async () => {
    const outcome = await wrapper.run(turnInput({ blob: 'molecule '.repeat(500_000) }));
    expect(outcome).toMatchObject({ mode: 'durable', result: { success: true } });
  });
});

/** Text that does not compress. */
function randomText(length: number): string {
  let text = '';
  while (text.length < length) text += Math.random().toString(36).slice(2);
  return text.slice(0, length);
}

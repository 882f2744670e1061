import { type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { expect, test } from 'vitest';
import { followTask } from '../../src/cli/agent/follow-task.js';

// A real server cannot be made to end a task exactly between two requests, so the client's answers are fixed here.

function task(state: TaskState): Task {
  const status = { state, message: undefined, timestamp: undefined };
  return { id: 't', contextId: 'c', status, artifacts: [], history: [], metadata: undefined };
}

/** A client that reads a task in these states, one after the other, and whose stream is refused. */
function clientOf(...states: TaskState[]): Client {
  return {
    getTask: async () => task(states.shift() ?? TaskState.TASK_STATE_UNSPECIFIED),
    // biome-ignore lint/correctness/useYield: it fails before it yields anything
    async *resubscribeTask() {
      throw new Error('Task t has ended');
    },
  } as unknown as Client;
}

async function follow(client: Client): Promise<(TaskState | undefined)[]> {
  const seen: StreamResponse[] = [];
  for await (const response of followTask(client, { taskId: 't' }, { url: 'http://localhost:1' })) seen.push(response);
  return seen.map(({ payload }) => (payload?.$case === 'task' ? payload.value.status?.state : undefined));
}

test('a task that ends between its read and the request for its stream is shown with its end', async () => {
  const states = [TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_COMPLETED];
  expect(await follow(clientOf(...states))).toEqual(states);
});

test('a refused stream of a running task is an error', async () => {
  const client = clientOf(TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_WORKING);
  await expect(follow(client)).rejects.toMatchObject({ code: 'AGENT_REFUSED', message: 'Task t has ended' });
});

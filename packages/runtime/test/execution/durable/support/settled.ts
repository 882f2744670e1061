import type { Task } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { getTask, stateOf } from '../../../support/a2a-client.js';
import { until } from '../../../support/until.js';

const MOVING = ['submitted', 'working'];

/** The task in its state after its turn has ended. */
export async function settled(client: Client, taskId: string, withinMs = 20_000): Promise<Task> {
  const find = async () => {
    const task = await getTask(client, taskId);
    return MOVING.includes(stateOf(task)) ? undefined : task;
  };
  return until(`task ${taskId} has settled`, find, withinMs);
}

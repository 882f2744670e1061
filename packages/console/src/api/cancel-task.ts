import { agentClient } from './agent-client.js';
import { toApiError } from './client-error.js';

/**
 * Cancels a task by `CancelTask` of A2A.
 *
 * @throws {ApiError} for example if the task has ended meanwhile
 */
export async function cancelTask(id: string): Promise<void> {
  try {
    const client = await agentClient();
    await client.cancelTask({ tenant: '', id, metadata: undefined });
  } catch (error) {
    throw toApiError(error);
  }
}

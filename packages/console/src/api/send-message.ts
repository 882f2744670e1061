import type { Part, Task } from './a2a.js';
import { agentClient } from './agent-client.js';
import { toApiError } from './client-error.js';
import { newId } from './new-id.js';

export interface OutgoingMessage {
  /** Default: a new one. The same id again does nothing a second time, so a message whose answer was lost is sent again with it. */
  readonly messageId?: string;
  /** The task that waits for this message. Absent: the message begins a task. */
  readonly taskId?: string;
  /** The conversation. Absent: a new one. */
  readonly contextId?: string | undefined;
  readonly parts: readonly Part[];
}

/**
 * Sends a message by `SendMessage` of A2A, and returns its task as soon as the server has stored it.
 *
 * @throws {ApiError} with the code of the refusal, or with status 0 if the server cannot be reached
 */
export async function sendMessage({ messageId = newId(), ...rest }: OutgoingMessage): Promise<Task> {
  try {
    const [client, { SendMessageRequest, Task: TaskCodec }] = await Promise.all([agentClient(), import('@a2a-js/sdk')]);
    const message = { messageId, role: 'ROLE_USER', ...rest };
    const request = SendMessageRequest.fromJSON({ message, configuration: { returnImmediately: true } });
    const result = await client.sendMessage(request);
    if ('messageId' in result) throw new Error('The agent has answered with a message although a task was asked for.');
    return TaskCodec.toJSON(result) as Task;
  } catch (error) {
    throw toApiError(error);
  }
}

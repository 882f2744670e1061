import type { A2AError } from '@a2a-js/sdk/errors';
import { exhausted, malformed, unsupported } from '../../tasks/a2a-errors.js';
import { stateName } from '../../tasks/events/task-event.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { QueueRefusal } from '../admission/turn-queue.js';

/** The server stops, and accepts no more messages. */
export function serverStopping(): Error {
  return unsupported('SERVER_STOPPING', 'The server is stopping. Send the message again in a moment.');
}

/** The turn of a message would exceed a limit of turns that wait. */
export function queueFull({ full, retryAfterSeconds }: QueueRefusal, contextId: string): A2AError {
  const again = `Send the message again in ${retryAfterSeconds} s, with the same messageId.`;
  switch (full) {
    case 'context':
      return exhausted(
        'TURN_QUEUE_FULL',
        `Too many messages wait in context ${contextId}: one is answered at a time. ${again}`,
        retryAfterSeconds,
      );
    case 'owner':
      return exhausted('OWNER_QUEUE_FULL', `Too many of your messages wait. ${again}`, retryAfterSeconds);
    case 'server':
      return exhausted('SERVER_QUEUE_FULL', `Too many messages wait on this server. ${again}`, retryAfterSeconds);
  }
}

/** The message names another context than that of its task. */
export function contextMismatch({ taskId, contextId }: TaskHead, named: string): A2AError {
  return malformed(
    'CONTEXT_MISMATCH',
    `message.contextId is ${named}, but task ${taskId} belongs to context ${contextId}. Leave it out, or send the task's own.`,
  );
}

/** A turn of the task runs. */
export function busy(head: TaskHead): Error {
  return unsupported(
    'TASK_BUSY',
    `A turn of task ${head.taskId} is running (${stateName(head.state)}). Wait for it, cancel it, or send the message without a taskId: it is then answered afterwards.`,
  );
}

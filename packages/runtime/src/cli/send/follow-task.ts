import type { Message, StreamResponse } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { A2AError } from '@a2a-js/sdk/errors';
import { isSettled } from '../../task-log/task-event.js';
import { reasonOf } from './connect.js';
import { SendError } from './send-error.js';

/** A broken connection is taken up again so often, after 0.5, 1, 2, 4 and 8 s: a server that restarts is back by then. */
const RECONNECTS = 5;
const FIRST_WAIT_MS = 500;

/**
 * Sends a message, and yields what comes until the task is over or waits for somebody. When the stream breaks, a fresh
 * snapshot of the task comes next, and then what follows it.
 *
 * @throws SendError when the agent refuses, or cannot be reached again
 */
export async function* followTask(client: Client, message: Message): AsyncGenerator<StreamResponse> {
  let taskId: string | undefined;
  let breaks = 0;
  for (;;) {
    let failure: unknown;
    try {
      const stream =
        taskId === undefined
          ? client.sendMessageStream({ tenant: '', message, configuration: undefined, metadata: undefined })
          : takeUpAgain(client, taskId);
      for await (const response of stream) {
        yield response;
        if (isOver(response)) return;
        taskId ??= taskIdOf(response);
        breaks = 0;
      }
    } catch (error) {
      if (!isBrokenConnection(error)) throw refused(error);
      failure = error;
    }
    if (taskId === undefined || breaks >= RECONNECTS) throw interrupted(failure, taskId);
    await wait(FIRST_WAIT_MS * 2 ** breaks);
    breaks++;
  }
}

/** A task that ended meanwhile has no stream any more, so its state is asked for first. */
async function* takeUpAgain(client: Client, id: string): AsyncGenerator<StreamResponse> {
  const snapshot: StreamResponse = { payload: { $case: 'task', value: await client.getTask({ tenant: '', id }) } };
  yield snapshot;
  if (!isOver(snapshot)) yield* client.resubscribeTask({ tenant: '', id });
}

function isOver({ payload }: StreamResponse): boolean {
  if (payload?.$case === 'message') return true;
  return (payload?.$case === 'task' || payload?.$case === 'statusUpdate') && isSettled(payload.value.status?.state);
}

function taskIdOf({ payload }: StreamResponse): string | undefined {
  if (payload?.$case === 'task') return payload.value.id;
  return payload?.$case === 'statusUpdate' || payload?.$case === 'artifactUpdate' ? payload.value.taskId : undefined;
}

/** `fetch` says so by a TypeError; everything else came from an agent that answered. */
function isBrokenConnection(error: unknown): boolean {
  return error instanceof TypeError;
}

function refused(error: unknown): SendError {
  const told = error instanceof Error && error.cause instanceof A2AError ? error.cause : error;
  return new SendError('AGENT_REFUSED', told instanceof Error ? told.message : String(told), { cause: error });
}

function interrupted(failure: unknown, taskId: string | undefined): SendError {
  const reason = failure === undefined ? 'it ended before the task was over' : reasonOf(failure);
  const task = taskId === undefined ? '' : `; task ${taskId} may go on without this command`;
  return new SendError('SEND_INTERRUPTED', `The stream from the agent broke: ${reason}${task}.`, { cause: failure });
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

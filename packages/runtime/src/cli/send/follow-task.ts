import type { Message, StreamResponse } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { A2AError } from '@a2a-js/sdk/errors';
import { isSettled } from '../../task-log/task-event.js';
import { shellWord } from '../own-command.js';
import { reasonOf } from './connect.js';
import { SendError } from './send-error.js';
import { taskIdOf } from './task-view.js';

/** A broken connection is taken up again so often, after 0.5, 1, 2, 4 and then each 8 s: a minute, in which a server restarts. */
const RECONNECTS = 11;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** What is followed: a message's own task, or one that is there. */
export type Followed = { readonly message: Message } | { readonly taskId: string };

export interface FollowOptions {
  /** The agent's address, for advice. */
  readonly url: string;
  /** Called when the connection breaks and is about to be taken up again. */
  readonly onBreak?: () => void;
}

/**
 * Sends a message or looks at a task, and yields what comes until the task is over or waits for somebody. When the stream
 * breaks, a fresh snapshot of the task comes next, and then what follows it.
 *
 * @throws SendError when the agent refuses, or cannot be reached again
 */
export async function* followTask(
  client: Client,
  followed: Followed,
  { url, onBreak }: FollowOptions,
): AsyncGenerator<StreamResponse> {
  let taskId = 'taskId' in followed ? followed.taskId : undefined;
  let breaks = 0;
  for (;;) {
    let failure: unknown;
    try {
      for await (const response of open(client, followed, taskId)) {
        yield response;
        if (isOver(response)) return;
        taskId ??= taskIdOf(response) || undefined;
        breaks = 0;
      }
    } catch (error) {
      if (!isBrokenConnection(error)) throw refused(error);
      failure = error;
    }
    if (taskId === undefined || breaks >= RECONNECTS) throw interrupted(failure, url, taskId);
    if (breaks === 0) onBreak?.();
    await wait(Math.min(FIRST_WAIT_MS * 2 ** breaks, LONGEST_WAIT_MS));
    breaks++;
  }
}

function open(client: Client, followed: Followed, taskId: string | undefined): AsyncGenerator<StreamResponse> {
  if (taskId !== undefined) return takeUpAgain(client, taskId);
  const { message } = followed as { readonly message: Message };
  return client.sendMessageStream({ tenant: '', message, configuration: undefined, metadata: undefined });
}

/** A task that ended meanwhile has no stream any more, so its state is asked for first, and again when the stream is refused. */
async function* takeUpAgain(client: Client, id: string): AsyncGenerator<StreamResponse> {
  const snapshot = await lookAt(client, id);
  yield snapshot;
  if (isOver(snapshot)) return;
  try {
    yield* client.resubscribeTask({ tenant: '', id });
  } catch (error) {
    if (isBrokenConnection(error)) throw error;
    const after = await lookAt(client, id);
    if (!isOver(after)) throw error;
    yield after;
  }
}

async function lookAt(client: Client, id: string): Promise<StreamResponse> {
  return { payload: { $case: 'task', value: await client.getTask({ tenant: '', id }) } };
}

function isOver({ payload }: StreamResponse): boolean {
  if (payload?.$case === 'message') return true;
  return (payload?.$case === 'task' || payload?.$case === 'statusUpdate') && isSettled(payload.value.status?.state);
}

/** `fetch` says so by a TypeError; everything else came from an agent that answered. */
function isBrokenConnection(error: unknown): boolean {
  return error instanceof TypeError;
}

/** What an agent that answered says against a request. */
export function refused(error: unknown): SendError {
  const told = error instanceof Error && error.cause instanceof A2AError ? error.cause : error;
  return new SendError('AGENT_REFUSED', told instanceof Error ? told.message : String(told), { cause: error });
}

function interrupted(failure: unknown, url: string, taskId: string | undefined): SendError {
  const reason = failure === undefined ? 'it ended before the task was over' : reasonOf(failure);
  const task =
    taskId === undefined
      ? ` The agent may have taken the message; its tasks: molecule task ${shellWord(url)}`
      : ` Task ${taskId} may go on without this command; to read its answer: molecule task ${shellWord(url)} ${shellWord(taskId)}`;
  return new SendError('SEND_INTERRUPTED', `The stream from the agent broke: ${reason}.${task}`, { cause: failure });
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import type { Message, StreamResponse } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { A2AError } from '@a2a-js/sdk/errors';
import { reasonOf } from '../../support/network/reason-of.js';
import { isSettled } from '../../tasks/events/task-event.js';
import { shellWord } from '../host/own-command.js';
import { SendError } from './send-error.js';
import { taskIdOf } from './task-view.js';

/** Attempts to reconnect, after 0.5, 1, 2, 4 and then every 8 s: about a minute, enough for a server to restart. */
const RECONNECTS = 11;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** A message to send, whose task is then followed; or an existing task. */
export type Followed = { readonly message: Message } | { readonly taskId: string };

export interface FollowOptions {
  /** The agent's address, for the commands in error messages. */
  readonly url: string;
  /** Called when the connection has broken, before the first attempt to reconnect. */
  readonly onBreak?: () => void;
}

/**
 * Sends a message or reads a task, and yields every response until the task has ended or waits for input. If the stream
 * breaks, the next response is a fresh snapshot of the task, followed by the events after it.
 *
 * @throws {SendError} if the agent refuses the request, or cannot be reached again
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
  if (taskId !== undefined) return resume(client, taskId);
  const { message } = followed as { readonly message: Message };
  return client.sendMessageStream({ tenant: '', message, configuration: undefined, metadata: undefined });
}

/** A task that has ended has no stream, so its state is read first, and once more if the stream is refused. */
async function* resume(client: Client, id: string): AsyncGenerator<StreamResponse> {
  const snapshot = await read(client, id);
  yield snapshot;
  if (isOver(snapshot)) return;
  try {
    yield* client.resubscribeTask({ tenant: '', id });
  } catch (error) {
    if (isBrokenConnection(error)) throw error;
    const after = await read(client, id);
    if (!isOver(after)) throw error;
    yield after;
  }
}

async function read(client: Client, id: string): Promise<StreamResponse> {
  return { payload: { $case: 'task', value: await client.getTask({ tenant: '', id }) } };
}

function isOver({ payload }: StreamResponse): boolean {
  if (payload?.$case === 'message') return true;
  return (payload?.$case === 'task' || payload?.$case === 'statusUpdate') && isSettled(payload.value.status?.state);
}

/** `fetch` throws a TypeError. Every other error was sent by the agent. */
function isBrokenConnection(error: unknown): boolean {
  return error instanceof TypeError;
}

/** The error for a request that the agent has refused. */
export function refused(error: unknown): SendError {
  const answer = error instanceof Error && error.cause instanceof A2AError ? error.cause : error;
  return new SendError('AGENT_REFUSED', answer instanceof Error ? answer.message : String(answer), { cause: error });
}

function interrupted(failure: unknown, url: string, taskId: string | undefined): SendError {
  const reason = failure === undefined ? 'it ended before the task had ended' : reasonOf(failure);
  const task =
    taskId === undefined
      ? ` The agent may have accepted the message. To list its tasks: molecule task ${shellWord(url)}`
      : ` Task ${taskId} may still be running. To read its answer: molecule task ${shellWord(url)} ${shellWord(taskId)}`;
  return new SendError('SEND_INTERRUPTED', `The stream from the agent broke: ${reason}.${task}`, { cause: failure });
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

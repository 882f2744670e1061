import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type Message, Role } from '@a2a-js/sdk';
import type { JsonObject } from '@molecule/adapters';
import { Caller } from '../a2a/caller.js';
import { ClientConnection } from '../a2a/client-connection.js';
import type { MessageAcceptor } from '../a2a/message-acceptor.js';
import { textPart } from '../runner/a2a-events.js';

/** A message from the runtime to its own agent. */
export interface OwnMessage {
  /** The same id is the same message, however often it is sent. */
  readonly messageId: string;
  readonly owner: string;
  /** Empty: a conversation of its own. */
  readonly contextId: string;
  readonly text: string;
  readonly metadata?: JsonObject;
}

/** Sends a message to the own agent as an ordinary task; gives back the task's id. */
export async function sendToSelf(acceptor: MessageAcceptor, own: OwnMessage): Promise<string> {
  const message: Message = {
    messageId: own.messageId,
    role: Role.ROLE_USER,
    taskId: '',
    contextId: own.contextId,
    parts: [textPart(own.text)],
    metadata: own.metadata,
    extensions: [],
    referenceTaskIds: [],
  };
  const request = { tenant: '', message, configuration: undefined, metadata: undefined };
  const { task } = await acceptor.accept(request, callerFor(own.owner));
  return task.id;
}

/** The runtime itself, on behalf of an owner: a caller with no request behind it. */
function callerFor(owner: string): Caller {
  const request = new IncomingMessage(new Socket());
  const connection = new ClientConnection(request, new ServerResponse(request));
  return new Caller({ owner, isAuthenticated: true, connection, traceparent: undefined });
}

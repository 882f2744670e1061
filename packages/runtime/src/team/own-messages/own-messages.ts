import type { JsonObject } from '@molecule/adapters';
import type { MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import { textPart, userMessage } from '../../tasks/events/a2a-events.js';

/** A message from the runtime to its own agent. */
export interface OwnMessage {
  /** Sending the same id again has no effect. */
  readonly messageId: string;
  readonly owner: string;
  /** If empty, the message starts a new conversation. */
  readonly contextId: string;
  readonly text: string;
  readonly metadata?: JsonObject;
}

/** Sends a message to the own agent as an ordinary task. Returns the task's id. */
export async function sendToSelf(acceptor: MessageAcceptor, own: OwnMessage): Promise<string> {
  const { text, messageId, contextId, metadata } = own;
  const message = userMessage([textPart(text)], { messageId, contextId, metadata });
  const request = { tenant: '', message, configuration: undefined, metadata: undefined };
  const accepted = await acceptor.accept(request, { owner: own.owner, traceparent: undefined, answerTo: 'person' });
  await acceptor.synced(accepted);
  return accepted.task.id;
}

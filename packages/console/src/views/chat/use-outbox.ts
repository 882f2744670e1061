import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Part, Task } from '../../api/a2a.js';
import { newId } from '../../api/new-id.js';
import { taskQuery } from '../../api/queries.js';
import { sendMessage } from '../../api/send-message.js';

/** A message that the server has not stored yet, or refused. */
export interface Outgoing {
  readonly messageId: string;
  readonly parts: readonly Part[];
  /** The task that it answers. */
  readonly taskId?: string;
  /** Absent while it is on its way. */
  readonly error?: unknown;
}

export interface Outbox {
  readonly messages: readonly Outgoing[];
  readonly send: (parts: readonly Part[], taskId?: string) => void;
  /** Sends a message again that got no answer; the server stores it once, because its id is the same. */
  readonly retry: (message: Outgoing) => void;
  readonly drop: (messageId: string) => void;
}

/**
 * Sends messages of a conversation, and keeps each until the conversation shows it.
 *
 * @param onSent Resolves when the conversation shows the task.
 */
export function useOutbox(contextId: string | undefined, onSent: (task: Task) => Promise<void>): Outbox {
  const client = useQueryClient();
  const [messages, setMessages] = useState<readonly Outgoing[]>([]);
  const drop = (messageId: string) => setMessages((all) => all.filter((one) => one.messageId !== messageId));
  const deliver = async (message: Outgoing) => {
    const { messageId, parts, taskId } = message;
    setMessages((all) => [
      ...all.filter((one) => one.messageId !== messageId),
      { messageId, parts, ...(taskId && { taskId }) },
    ]);
    try {
      const task = await sendMessage({ messageId, parts, contextId, ...(taskId !== undefined && { taskId }) });
      await Promise.all([onSent(task), client.invalidateQueries({ queryKey: taskQuery(task.id).queryKey })]);
      drop(messageId);
    } catch (error) {
      setMessages((all) => all.map((one) => (one.messageId === messageId ? { ...one, error } : one)));
    }
  };
  return {
    messages,
    send: (parts, taskId) => void deliver({ messageId: newId(), parts, ...(taskId !== undefined && { taskId }) }),
    retry: (message) => void deliver(message),
    drop,
  };
}

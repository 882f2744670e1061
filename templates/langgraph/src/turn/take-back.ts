import { RemoveMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { type Agent, CHECK_NODE } from '../agent.js';
import type { Thread } from './thread.js';

/**
 * Takes a turn that the provider refused out of the thread: what it refused once it refuses with each later message. Does
 * nothing when the thread's newest turn is another.
 */
export async function takeBack(agent: Agent, config: RunnableConfig, thread: Thread, messageId: string): Promise<void> {
  const { mark, messages } = thread;
  if (mark === undefined || mark.messageId !== messageId) return;
  const start = messages.findIndex(({ id }) => id === mark.after);
  if (start < 0) return;
  // A message turn follows its own message; an answer follows the question, which stays.
  const first = messages[start]?.type === 'human' ? start : start + 1;
  const removed = messages.slice(first).flatMap(({ id }) => (id === undefined ? [] : [new RemoveMessage({ id })]));
  await agent.graph.updateState(config, { messages: removed, turn: { messageId: '', after: '' } }, CHECK_NODE);
}

import { RemoveMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { type Agent, CHECK_NODE } from '../agent.js';
import type { Thread } from './thread.js';

/**
 * Removes a turn that the provider refused from the thread, since the provider would refuse every later request with it. Does nothing if
 * the thread's newest turn is another.
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

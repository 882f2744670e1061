import type { HistoryMessage } from '../api/hermes-client.js';
import type { SessionMessage } from '../api/messages.js';

/** The number of the last message; 0 for an empty transcript. */
export function lastMessageId(messages: readonly SessionMessage[]): number {
  return messages.reduce((last, { id }) => Math.max(last, id), 0);
}

/**
 * The conversation as the next run needs it: what was said and answered. Hermes stores the transcript of a session but
 * does not load it into a run, and takes plain text only, so the steps of earlier turns stay behind.
 *
 * A turn that was begun several times (a crash, a failed model call) left its message several times; it counts once.
 */
export function conversation(messages: readonly SessionMessage[]): HistoryMessage[] {
  const history: HistoryMessage[] = [];
  for (const message of messages) {
    if (message.content === '') continue;
    if (message.role === 'user') {
      const previous = history.at(-1);
      if (previous?.role === 'user' && previous.content === message.content) continue;
      history.push({ role: 'user', content: message.content });
    } else if (isAnswer(message)) {
      history.push({ role: 'assistant', content: message.content });
    }
  }
  return history;
}

/** The answer that a turn has reached; `undefined` when it is not finished. `messages` are the turn's own. */
export function finishedAnswer(messages: readonly SessionMessage[]): string | undefined {
  const last = messages.at(-1);
  return last && isAnswer(last) ? last.content : undefined;
}

/** True for what the model said as its last word. What Hermes writes on an interruption has no `finish_reason`. */
function isAnswer({ role, tool_calls, finish_reason }: SessionMessage): boolean {
  return role === 'assistant' && !tool_calls?.length && Boolean(finish_reason) && finish_reason !== 'tool_calls';
}

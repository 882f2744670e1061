import type { HistoryMessage } from '../api/hermes-client.js';
import type { SessionMessage } from '../api/messages.js';

/** The number of the last message; 0 for an empty transcript. */
export function lastMessageId(messages: readonly SessionMessage[]): number {
  return messages.reduce((last, { id }) => Math.max(last, id), 0);
}

/** Stands where an answer is missing, so that the model does not take a request that was canceled for an open one. */
const STOPPED = '(This request was stopped before it was answered.)';

const REFUSED = '(A message was here that the provider of the model has refused.)';

/** How a turn is told to go on after a restart; see `redo`. It is not the person's word. */
export const CONTINUE =
  'The work was cut short by a restart. What is told above has been done: do not repeat it. Go on from here.';

/**
 * The conversation as the next run needs it: what was said and answered. Hermes stores the transcript of a session but
 * does not load it into a run, and takes plain text only, so the steps of earlier turns stay behind.
 *
 * `refused` are the turns whose messages the provider has refused: those are not told again.
 *
 * A turn that was begun several times (a crash, a failed model call) left its message several times; it counts once.
 */
export function conversation(messages: readonly SessionMessage[], refused: readonly number[] = []): HistoryMessage[] {
  const history: HistoryMessage[] = [];
  const firsts = new Set(
    refused.map((after) => messages.find(({ id, role }) => id > after && role === 'user')?.content),
  );
  for (const message of messages) {
    const content = message.role === 'user' && firsts.has(message.content) ? REFUSED : message.content;
    if (message.role === 'user' && content !== '' && !content.endsWith(CONTINUE)) {
      if (history.at(-1)?.role === 'user' && history.at(-1)?.content === content) continue;
      close(history);
      history.push({ role: 'user', content });
    } else if (isAnswer(message) && content !== '') {
      history.push({ role: 'assistant', content });
    }
  }
  close(history);
  return history;
}

function close(history: HistoryMessage[]): void {
  if (history.at(-1)?.role === 'user') history.push({ role: 'assistant', content: STOPPED });
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

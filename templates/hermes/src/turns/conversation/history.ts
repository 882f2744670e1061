import type { HistoryMessage } from '../../api/hermes-client.js';
import type { SessionMessage } from '../../api/messages.js';

/** The number of the last message; 0 for an empty transcript. */
export function lastMessageId(messages: readonly SessionMessage[]): number {
  return messages.reduce((last, { id }) => Math.max(last, id), 0);
}

/** Stands where an answer is missing, so that the model does not take a request that was canceled for an open one. */
const STOPPED = '(This request was stopped before it was answered.)';

const REFUSED = '(A message was here that the provider of the model has refused.)';

/** The message that makes Hermes continue a turn after a restart; see `redo`. It is not the person's text. */
export const CONTINUE =
  'The work was interrupted by a restart. The steps above have been done: do not repeat them. Continue from here.';

/**
 * The conversation for the next run: messages and answers. Hermes stores the transcript of a session but does not load it into a run, and
 * accepts plain text only, so the steps of earlier turns are left out.
 *
 * `refused` are the turns whose messages the provider refused: they are left out. A turn that was started several times (after a crash or
 * a failed model call) stored its message several times; it counts once.
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

/** True for a final message of the model. A message that Hermes writes at an interruption has no `finish_reason`. */
function isAnswer({ role, tool_calls, finish_reason }: SessionMessage): boolean {
  return role === 'assistant' && !tool_calls?.length && Boolean(finish_reason) && finish_reason !== 'tool_calls';
}

import { randomUUID } from 'node:crypto';
import type { AnswerTurn, ContinueTurn, MessageTurn } from '../../contract/turn.js';
import type { InputRequiredEvent } from '../../contract/turn-event.js';

/** A first message. `fields` say what differs, such as `contextId` for a second message of a conversation. */
export function messageTurn(text: string, fields: Partial<MessageTurn> = {}): MessageTurn {
  return {
    kind: 'message',
    taskId: randomUUID(),
    contextId: randomUUID(),
    messageId: randomUUID(),
    metadata: {},
    attempt: 1,
    text,
    parts: [{ kind: 'text', text }],
    history: [],
    ...fields,
  };
}

/** The answer to what `asked` asked: the same task and context, a new message. */
export function answerTurn(asked: MessageTurn, request: InputRequiredEvent, text: string): AnswerTurn {
  const wanted = text.trim().toLowerCase();
  const choice = request.choices?.find(({ id, label }) => [id, label].some((name) => name.toLowerCase() === wanted));
  return {
    kind: 'answer',
    taskId: asked.taskId,
    contextId: asked.contextId,
    messageId: randomUUID(),
    metadata: {},
    attempt: 1,
    requestId: request.requestId,
    text,
    ...(choice === undefined ? {} : { choice: choice.id }),
    parts: [{ kind: 'text', text }],
  };
}

/** The second attempt at a turn. */
export function continueTurn(original: MessageTurn | AnswerTurn): ContinueTurn {
  const { taskId, contextId, messageId, metadata, attempt } = original;
  return { kind: 'continue', taskId, contextId, messageId, metadata, attempt: attempt + 1, original };
}

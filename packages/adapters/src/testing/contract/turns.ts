import { randomUUID } from 'node:crypto';
import type { AnswerTurn, ContinueTurn, MessageTurn } from '../../contract/turn.js';
import type { InputRequiredEvent } from '../../contract/turn-event.js';

/**
 * A turn for a message in a new context. `fields` override the defaults, for example `contextId` for a second message. A turn without a
 * `workDir` gets that of the {@link Workbench} that runs it.
 */
export function messageTurn(text: string, fields: Partial<MessageTurn> = {}): MessageTurn {
  return {
    kind: 'message',
    taskId: randomUUID(),
    contextId: randomUUID(),
    owner: 'anonymous',
    workDir: '',
    messageId: randomUUID(),
    metadata: {},
    attempt: 1,
    text,
    parts: [{ kind: 'text', text }],
    history: [],
    ...fields,
  };
}

/** A turn for the answer to the question of `asked`: the same task and context, a new message. */
export function answerTurn(asked: MessageTurn, request: InputRequiredEvent, text: string): AnswerTurn {
  const wanted = text.trim().toLowerCase();
  const choice = request.choices?.find(({ id, label }) => [id, label].some((name) => name.toLowerCase() === wanted));
  return {
    kind: 'answer',
    taskId: asked.taskId,
    contextId: asked.contextId,
    owner: asked.owner,
    workDir: asked.workDir,
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
  const { taskId, contextId, owner, workDir, messageId, metadata, attempt } = original;
  return { kind: 'continue', taskId, contextId, owner, workDir, messageId, metadata, attempt: attempt + 1, original };
}

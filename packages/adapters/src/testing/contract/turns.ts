import { randomUUID } from 'node:crypto';
import type { AuthRequiredEvent } from '../../contract/ending-event.js';
import { type InputRequest, type InputRequiredEvent, requestsOf } from '../../contract/input-request.js';
import {
  type AnswerTurn,
  type ContinueTurn,
  type InputAnswer,
  identityOf,
  type MessageTurn,
} from '../../contract/turn.js';

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
export function answerTurn(
  asked: MessageTurn,
  request: InputRequiredEvent | AuthRequiredEvent,
  text: string,
): AnswerTurn {
  return answersTurn(asked, request, [text]);
}

/** A turn for the answers to all requests of the question of `asked`, in one message. */
export function answersTurn(
  asked: MessageTurn,
  event: InputRequiredEvent | AuthRequiredEvent,
  texts: readonly string[],
): AnswerTurn {
  const messageId = randomUUID();
  const requests: readonly Pick<InputRequest, 'requestId' | 'choices'>[] =
    event.type === 'input-required' ? requestsOf(event) : [event];
  const parts = texts.map((text) => ({ kind: 'text', text }) as const);
  const answers = requests.map((request, index) => answerTo(request, texts[index] ?? '', { messageId, parts }));
  const [first = answerTo({ requestId: event.requestId }, '', { messageId, parts })] = answers;
  return {
    kind: 'answer',
    taskId: asked.taskId,
    contextId: asked.contextId,
    owner: asked.owner,
    workDir: asked.workDir,
    metadata: {},
    attempt: 1,
    ...first,
    answers,
  };
}

function answerTo(
  { requestId, choices = [] }: Pick<InputRequest, 'requestId' | 'choices'>,
  text: string,
  message: Pick<InputAnswer, 'messageId' | 'parts'>,
): InputAnswer {
  const wanted = text.trim().toLowerCase();
  const choice = choices.find(({ id, label }) => [id, label].some((name) => name.toLowerCase() === wanted));
  return { requestId, text, ...(choice === undefined ? {} : { choice: choice.id }), ...message };
}

/** The second attempt at a turn. */
export function continueTurn(original: MessageTurn | AnswerTurn): ContinueTurn {
  return { ...identityOf(original), kind: 'continue', attempt: original.attempt + 1, original };
}

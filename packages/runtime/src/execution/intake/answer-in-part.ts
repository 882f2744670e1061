import type { Message } from '@a2a-js/sdk';
import type { JsonObject } from '@molecule/adapters';
import { malformed } from '../../tasks/a2a-errors.js';
import { questionEvent } from '../../tasks/events/question-event.js';
import type { MessageKey } from '../../tasks/log/messages.js';
import type { PartialAnswer, RecordOutcome } from '../../tasks/log/record-answers.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { askedIn, openIn, pendingInput } from '../../tasks/open-question.js';
import type { PendingInput } from '../../tasks/turn-result.js';
import { answersIn, namedRequests } from '../answers/answers-in.js';
import { checkHitl } from '../answers/hitl-answers.js';
import { textOf, toParts } from './incoming-message.js';
import type { MessageFiles } from './message-files.js';

/** A message to a task that waits. */
interface GivenAnswer {
  readonly incoming: Message;
  readonly key: MessageKey;
  /** What it says in the extension hitl/v1. */
  readonly hitl: JsonObject | undefined;
  /** Where the caller is to be notified of the task. */
  readonly push: PartialAnswer['push'];
}

/** What is needed to store an answer. */
export interface AnswerStores {
  readonly log: TaskLog;
  readonly files: MessageFiles;
}

/**
 * If a task waits for several answers, and a message leaves some of them open, stores those that it gives. Undefined: the message answers all
 * that is open, so a turn begins.
 *
 * @throws {A2AError} `REQUEST_NOT_OPEN` if the message names requests only that are not open; `HITL_RESPONSE_INVALID`
 */
export async function answerInPart(
  { log, files }: AnswerStores,
  head: TaskHead,
  { incoming, key, hitl, push }: GivenAnswer,
): Promise<RecordOutcome | undefined> {
  const question = await log.read.question(head.taskId);
  if (hitl) checkHitl(hitl, question ? openIn(question) : []);
  if (!question || askedIn(question).length < 2) return undefined;
  if (!hitl) checkNames(question, incoming, head);
  const open = openIn(question);
  if (open.length < 2) return undefined;
  const message = { ...(await files.store(incoming)), contextId: head.contextId };
  const parts = toParts(message.parts);
  const given = answersIn({ messageId: message.messageId, text: textOf(parts), parts, hitl }, open);
  const pending = pendingInput(askedIn(question), [...(question.answers ?? []), ...given]);
  if (!pending) return undefined;
  const event = questionEvent(head, openIn(pending));
  return log.recordAnswers({ head, said: { message, key }, push, pending, event });
}

function checkNames(question: PendingInput, { parts }: Message, { taskId }: TaskHead): void {
  const named = namedRequests(toParts(parts.filter(({ content }) => content?.$case === 'data')));
  const open = openIn(question).map(({ requestId }) => requestId);
  if (named.length === 0 || named.some((id) => open.includes(id))) return;
  throw malformed(
    'REQUEST_NOT_OPEN',
    `The message answers ${named.join(', ')}, but task ${taskId} waits for an answer to ${open.join(', ')}.`,
  );
}

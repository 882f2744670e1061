import type { Message } from '@a2a-js/sdk';
import type { JsonObject } from '@molecule/adapters';
import { questionEvent } from '../../tasks/events/question-event.js';
import type { MessageKey } from '../../tasks/log/messages.js';
import type { PartialAnswer, RecordOutcome } from '../../tasks/log/record-answers.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { askedIn, openIn, pendingInput } from '../../tasks/open-question.js';
import type { PendingInput } from '../../tasks/turn-result.js';
import { answersIn } from '../answers/answers-in.js';
import { textOf, toParts } from './incoming-message.js';
import type { MessageFiles } from './message-files.js';

/** A message to a task that waits, which `checkAnswer` has let through. */
interface GivenAnswer {
  readonly question: PendingInput;
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
 */
export async function answerInPart(
  { log, files }: AnswerStores,
  head: TaskHead,
  { question, incoming, key, hitl, push }: GivenAnswer,
): Promise<RecordOutcome | undefined> {
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

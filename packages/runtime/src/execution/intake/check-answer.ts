import type { Message } from '@a2a-js/sdk';
import type { JsonObject, Logger } from '@molecule/adapters';
import { malformed } from '../../tasks/a2a-errors.js';
import type { TaskHead } from '../../tasks/log/records.js';
import { openIn } from '../../tasks/open-question.js';
import type { PendingInput } from '../../tasks/turn-result.js';
import { namedRequests } from '../answers/answers-in.js';
import { checkForms } from '../answers/forms/check-forms.js';
import { checkHitl } from '../answers/hitl-answers.js';
import { toParts } from './incoming-message.js';

/** A message to a task that waits, and what the task waits for. */
interface CheckedAnswer {
  readonly head: TaskHead;
  readonly question: PendingInput;
  readonly incoming: Message;
  /** What it says in the extension hitl/v1. */
  readonly hitl: JsonObject | undefined;
  readonly logger: Logger;
}

/**
 * Checks that a message answers what is open, in the form in which it was asked: an answer to an earlier request must never decide another
 * one.
 *
 * @throws {A2AError} `REQUEST_NOT_OPEN` if it names requests only that are not open; `HITL_RESPONSE_INVALID`, `FORM_ANSWER_INVALID`,
 *   `FORM_NOT_CHECKED`
 */
export async function checkAnswer({ head, question, incoming, hitl, logger }: CheckedAnswer): Promise<void> {
  const open = openIn(question);
  if (hitl) {
    checkHitl(hitl, open);
    return;
  }
  const ids = open.map(({ requestId }) => requestId);
  const parts = toParts(incoming.parts.filter(({ content }) => content?.$case === 'data'));
  const named = namedRequests(parts);
  if (named.length === 0 || named.some((id) => ids.includes(id))) {
    const message = { messageId: incoming.messageId, text: '', parts };
    return checkForms({ head, open, message }, logger);
  }
  throw malformed(
    'REQUEST_NOT_OPEN',
    `The message answers ${named.join(', ')}, but task ${head.taskId} waits for an answer to ${ids.join(', ')}. To answer it, send a data part {"requestId": ${JSON.stringify(ids[0])}, ...}; a form with a field requestId of its own goes into the data of that part.`,
  );
}

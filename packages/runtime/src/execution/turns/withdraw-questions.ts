import { TaskState } from '@a2a-js/sdk';
import type { TaskFailureCode } from '../../support/error-codes.js';
import { agentMessage, type EventTarget, statusEvent, textPart } from '../../tasks/events/a2a-events.js';
import { ERROR_CODE_KEY } from '../../tasks/events/outcome-metadata.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';

/** Code of a task whose question was withdrawn by a newer message. */
export const QUESTION_WITHDRAWN = 'QUESTION_WITHDRAWN' satisfies TaskFailureCode;

/**
 * Cancels the tasks of the context that wait for an answer, because a new message makes their questions void: the engine continues
 * from that message and no longer expects an answer.
 *
 * @returns true if there was one
 */
export async function withdrawQuestions(log: TaskLog, newer: TaskHead): Promise<boolean> {
  const { owner, contextId, taskId } = newer;
  const waiting = (await log.readForTurn.waiting(owner, contextId)).filter((id) => id !== taskId);
  for (const id of waiting) {
    await log.settle(id, withdrawnEvent({ taskId: id, contextId }), { reason: 'withdrawn' });
  }
  return waiting.length > 0;
}

function withdrawnEvent(target: EventTarget): TaskEvent {
  const metadata = { [ERROR_CODE_KEY]: QUESTION_WITHDRAWN };
  const text = 'A newer message of the conversation took the question back.';
  const message = agentMessage(target, [textPart(text)], metadata);
  return statusEvent(target, TaskState.TASK_STATE_CANCELED, { message, metadata });
}

import { TaskState } from '@a2a-js/sdk';
import { TURN } from '../storage/storage-gate.js';
import { ERROR_CODE_KEY } from '../task-log/outcome-metadata.js';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskEvent } from '../task-log/task-event.js';
import type { TaskLog } from '../task-log/task-log.js';
import { agentMessage, type EventTarget, statusEvent, textPart } from './a2a-events.js';

/** The code of a task whose question a newer message took back. */
export const QUESTION_WITHDRAWN = 'QUESTION_WITHDRAWN';

/**
 * A new message of a conversation takes its open questions back: engines go on from it, and an answer to what was asked before
 * would find nothing. The tasks that wait end as canceled.
 *
 * @returns whether there was one
 */
export async function withdrawQuestions(log: TaskLog, newer: TaskRecord): Promise<boolean> {
  const { owner, contextId, taskId } = newer;
  const waiting = (await log.readForTurn.waiting(owner, contextId)).filter((id) => id !== taskId);
  for (const id of waiting) await log.settle(id, withdrawnEvent({ taskId: id, contextId }), TURN, 'withdrawn');
  return waiting.length > 0;
}

function withdrawnEvent(target: EventTarget): TaskEvent {
  const metadata = { [ERROR_CODE_KEY]: QUESTION_WITHDRAWN };
  const text = 'A newer message of the conversation took the question back.';
  const message = agentMessage(target, [textPart(text)], metadata);
  return statusEvent(target, TaskState.TASK_STATE_CANCELED, { message, metadata });
}

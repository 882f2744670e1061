import { unsupported } from '../../tasks/a2a-errors.js';
import { ERROR_CODE_KEY } from '../../tasks/events/outcome-metadata.js';
import { isWaiting, stateName } from '../../tasks/events/task-event.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { QUESTION_WITHDRAWN } from '../turns/withdraw-questions.js';
import { busy } from './refusals.js';

/**
 * Checks that the task takes another message: only one that waits for an answer does.
 *
 * @throws {A2AError} `TASK_BUSY` or `TASK_TERMINAL`
 */
export async function checkWaiting(log: TaskLog, head: TaskHead): Promise<void> {
  const { taskId, contextId, state } = head;
  if (isWaiting(state)) return;
  if (!head.terminal) throw busy(head);
  const { [ERROR_CODE_KEY]: code } = await log.read.outcomeMetadata(taskId);
  throw unsupported(
    'TASK_TERMINAL',
    code === QUESTION_WITHDRAWN
      ? `Task ${taskId} no longer waits for an answer: a newer message of the conversation withdrew its question. Send the message without a taskId, with contextId ${contextId}.`
      : `Task ${taskId} has ended (${stateName(state)}) and accepts no more messages. Send the message without a taskId, with contextId ${contextId}, to continue the conversation.`,
  );
}

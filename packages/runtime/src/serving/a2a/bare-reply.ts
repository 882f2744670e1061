import { type Message, type Task, TaskState } from '@a2a-js/sdk';
import { agentMessage } from '../../tasks/events/a2a-events.js';
import { EMPTY_ANSWER_KEY, outcomeKeysIn, REPLY_KEY } from '../../tasks/events/outcome-metadata.js';

/** Metadata key of a bare message: the id of the task that holds the same answer. */
const TASK_KEY = 'molecule.taskId';

/**
 * The answer of a completed task whose agent asks for a bare message (`finish.reply`), as that message; undefined for every other task.
 * It names no task, because clients would continue one that has ended. The same task always makes the same message.
 */
export function bareReply(task: Task): Message | undefined {
  const { status, metadata = {} } = task;
  if (status?.state !== TaskState.TASK_STATE_COMPLETED || metadata[REPLY_KEY] !== 'message') return undefined;
  const own = metadata[EMPTY_ANSWER_KEY] === true ? undefined : status.message?.parts;
  const parts = own ?? task.artifacts.flatMap((artifact) => artifact.parts);
  if (parts.length === 0) return undefined;
  const kept = outcomeKeysIn(metadata).filter((key) => key !== REPLY_KEY);
  const outcome = Object.fromEntries(kept.map((key) => [key, metadata[key]])) as Record<string, never>;
  const message = agentMessage({ taskId: '', contextId: task.contextId }, parts, { ...outcome, [TASK_KEY]: task.id });
  return { ...message, messageId: `${task.id}-message` };
}

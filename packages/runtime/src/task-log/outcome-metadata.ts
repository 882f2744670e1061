import { type Task, TaskState, type TaskStatusUpdateEvent } from '@a2a-js/sdk';

/** Metadata key of a failure's stable code. */
export const ERROR_CODE_KEY = 'molecule.code';
/** Metadata key of what a turn has used. */
export const USAGE_KEY = 'molecule.usage';
/** Metadata key of why an answer ended: a `FinishReason` of the adapter contract. */
export const FINISH_REASON_KEY = 'molecule.finishReason';
/** Metadata key, `true` when a completed turn gave no text, no file and called no tool. */
export const EMPTY_ANSWER_KEY = 'molecule.emptyAnswer';
/** Metadata key of when a caller may try again, ISO 8601. */
export const RETRY_AFTER_KEY = 'molecule.retryAfter';

/** What a status update tells of a turn's outcome. Its metadata is lost in a task, so the task's own holds it, too. */
const OUTCOME_KEYS = [ERROR_CODE_KEY, USAGE_KEY, FINISH_REASON_KEY, EMPTY_ANSWER_KEY, RETRY_AFTER_KEY];

/** Keeps in the task what a status update tells of the outcome of its turn; the next turn begins with none. */
export function foldOutcome(task: Task, { status, metadata }: TaskStatusUpdateEvent): void {
  const told = OUTCOME_KEYS.filter((key) => metadata?.[key] !== undefined);
  const isNewTurn = status?.state === TaskState.TASK_STATE_SUBMITTED;
  const old = isNewTurn ? OUTCOME_KEYS.filter((key) => task.metadata?.[key] !== undefined) : [];
  if (told.length === 0 && old.length === 0) return;
  const kept = Object.fromEntries(Object.entries(task.metadata ?? {}).filter(([key]) => !old.includes(key)));
  task.metadata = { ...kept, ...Object.fromEntries(told.map((key) => [key, metadata?.[key]])) };
}

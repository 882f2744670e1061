import { type Task, TaskState, type TaskStatusUpdateEvent } from '@a2a-js/sdk';

/** Metadata key of a failure's stable code. */
export const ERROR_CODE_KEY = 'molecule.code';
/** Metadata key of a turn's usage. */
export const USAGE_KEY = 'molecule.usage';
/** Metadata key of the reason why an answer ended: a `FinishReason` of the adapter contract. */
export const FINISH_REASON_KEY = 'molecule.finishReason';
/** Metadata key, `true` if a completed turn has no text and no file and called no tool. */
export const EMPTY_ANSWER_KEY = 'molecule.emptyAnswer';
/** Metadata key of the time from which a caller may try again, ISO 8601. */
export const RETRY_AFTER_KEY = 'molecule.retryAfter';

/** Metadata key, `message` if the agent asks for a bare message in place of the task. */
export const REPLY_KEY = 'molecule.reply';

/** The metadata of a turn's outcome. A task does not hold the metadata of its status updates, so these are copied to the task's own. */
const OUTCOME_KEYS = [ERROR_CODE_KEY, USAGE_KEY, FINISH_REASON_KEY, EMPTY_ANSWER_KEY, RETRY_AFTER_KEY, REPLY_KEY];

/** The keys of a turn's outcome that an update's metadata has. */
export function outcomeKeysIn(metadata: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return OUTCOME_KEYS.filter((key) => metadata?.[key] !== undefined);
}

/** Copies the outcome in a status update to the task's metadata. The next turn begins without it. */
export function foldOutcome(task: Task, { status, metadata }: TaskStatusUpdateEvent): void {
  const outcome = outcomeKeysIn(metadata);
  const isNewTurn = status?.state === TaskState.TASK_STATE_SUBMITTED;
  const old = isNewTurn ? outcomeKeysIn(task.metadata) : [];
  if (outcome.length === 0 && old.length === 0) return;
  const kept = Object.fromEntries(Object.entries(task.metadata ?? {}).filter(([key]) => !old.includes(key)));
  task.metadata = { ...kept, ...Object.fromEntries(outcome.map((key) => [key, metadata?.[key]])) };
}

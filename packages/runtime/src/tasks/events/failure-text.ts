import { TaskState } from '@a2a-js/sdk';

/** The text before the reason, if a failed or refused task is shown as plain text. */
export const FAILURE_PREFIXES: Partial<Record<TaskState, string>> = {
  [TaskState.TASK_STATE_FAILED]: 'The task failed: ',
  [TaskState.TASK_STATE_REJECTED]: 'The task was refused: ',
};

/** True if the text is that of a failed or refused task, for callers that receive only the text. */
export function isFailureText(text: string): boolean {
  return Object.values(FAILURE_PREFIXES).some((prefix) => text.startsWith(prefix));
}

import { type StreamResponse, TaskState, type TaskStatus } from '@a2a-js/sdk';

/** The state of a task whose stream has ended, as the exit code shows it. */
export type TaskOutcome = 'completed' | 'failed' | 'input-required';

/** Prints a task while it runs. */
export interface TaskView {
  show(response: StreamResponse): void;
  /** Prints a remark on standard error. */
  note(text: string): void;
  /** The same in the middle of an answer, whose text on standard output stays as it is. */
  interrupt(text: string): void;
  /** The task's id; empty until the agent has sent it. */
  taskId(): string;
  /** Prints the end of the output, and returns the outcome; `undefined` if the task has not ended. */
  end(): TaskOutcome | undefined;
}

const OUTCOMES: Partial<Record<TaskState, TaskOutcome>> = {
  [TaskState.TASK_STATE_COMPLETED]: 'completed',
  [TaskState.TASK_STATE_FAILED]: 'failed',
  [TaskState.TASK_STATE_CANCELED]: 'failed',
  [TaskState.TASK_STATE_REJECTED]: 'failed',
  [TaskState.TASK_STATE_INPUT_REQUIRED]: 'input-required',
  [TaskState.TASK_STATE_AUTH_REQUIRED]: 'input-required',
};

export function outcomeOf(status: TaskStatus | undefined): TaskOutcome | undefined {
  return status === undefined ? undefined : OUTCOMES[status.state];
}

/** The status in a response. A plain message is a whole answer, so it counts as completed. */
export function statusOf({ payload }: StreamResponse): TaskStatus | undefined {
  if (payload?.$case === 'message') {
    return { state: TaskState.TASK_STATE_COMPLETED, message: undefined, timestamp: undefined };
  }
  return payload?.$case === 'task' || payload?.$case === 'statusUpdate' ? payload.value.status : undefined;
}

/** The metadata of the task in a response. */
export function metadataOf({ payload }: StreamResponse): Readonly<Record<string, unknown>> {
  return payload?.$case === 'task' || payload?.$case === 'statusUpdate' ? (payload.value.metadata ?? {}) : {};
}

/** The id of the task in a response. */
export function taskIdOf({ payload }: StreamResponse): string | undefined {
  if (payload?.$case === 'task') return payload.value.id;
  return payload === undefined ? undefined : payload.value.taskId;
}

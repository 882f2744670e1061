import { type StreamResponse, TaskState, type TaskStatus } from '@a2a-js/sdk';

/** How a task stands when its stream has ended, as far as an exit code can tell. */
export type TaskOutcome = 'completed' | 'failed' | 'input-required';

/** Shows a task while it goes on. */
export interface TaskView {
  show(response: StreamResponse): void;
  /** Says something about it on standard error. */
  note(text: string): void;
  /** The task's id; empty while none is known. */
  taskId(): string;
  /** Shows what is to be said at the end, and returns how the task stands. `undefined`: it is not over. */
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

/** The status that a response carries. A plain message is a whole answer: as good as completed. */
export function statusOf({ payload }: StreamResponse): TaskStatus | undefined {
  if (payload?.$case === 'message') {
    return { state: TaskState.TASK_STATE_COMPLETED, message: undefined, timestamp: undefined };
  }
  return payload?.$case === 'task' || payload?.$case === 'statusUpdate' ? payload.value.status : undefined;
}

/** What a response tells of its task besides the status. */
export function metadataOf({ payload }: StreamResponse): Readonly<Record<string, unknown>> {
  return payload?.$case === 'task' || payload?.$case === 'statusUpdate' ? (payload.value.metadata ?? {}) : {};
}

/** Whose task a response tells of. */
export function taskIdOf({ payload }: StreamResponse): string | undefined {
  if (payload?.$case === 'task') return payload.value.id;
  return payload === undefined ? undefined : payload.value.taskId;
}

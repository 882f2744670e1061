import type { TaskState } from '../api/a2a.js';
import { type TextKey, text } from '../text/text.js';

const KINDS: Readonly<Record<TaskState, string>> = {
  TASK_STATE_SUBMITTED: 'waiting',
  TASK_STATE_WORKING: 'working',
  TASK_STATE_INPUT_REQUIRED: 'asking',
  TASK_STATE_AUTH_REQUIRED: 'asking',
  TASK_STATE_COMPLETED: 'done',
  TASK_STATE_FAILED: 'failed',
  TASK_STATE_CANCELED: 'stopped',
  TASK_STATE_REJECTED: 'failed',
};

/** The class that colours a state: `waiting`, `working`, `asking`, `done`, `failed` or `stopped`. */
export function stateKind(state: TaskState): string {
  return KINDS[state] ?? 'waiting';
}

export function stateName(state: TaskState): string {
  return state in KINDS ? text(`state.${state}` as TextKey) : state;
}

/** A state by its word, and by a dot whose colour and shape repeat the word. */
export function StateBadge({ state }: { readonly state: TaskState }) {
  return (
    <span className={`state state-${stateKind(state)}`}>
      <span className="state-dot" aria-hidden="true" />
      {stateName(state)}
    </span>
  );
}

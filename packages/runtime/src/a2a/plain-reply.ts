import { type Message, type Part, Role, type Task, TaskState } from '@a2a-js/sdk';
import { textPart } from '../runner/a2a-events.js';
import { ERROR_CODE_KEY } from '../task-log/outcome-metadata.js';
import { stateName } from '../task-log/task-event.js';
import { isA2AError } from './a2a-errors.js';

/** Metadata key of the state that a task was in when it was told as a plain message. */
const STATE_KEY = 'molecule.state';

const FAILURES: Partial<Record<TaskState, string>> = {
  [TaskState.TASK_STATE_FAILED]: 'The task failed: ',
  [TaskState.TASK_STATE_REJECTED]: 'The task was refused: ',
};

/**
 * A settled task as one message of the agent, for callers that read nothing else: they take a JSON-RPC error for an answer,
 * lose the text of a task's artifacts, or show a task that holds only a status as raw JSON. A failure is a message, too,
 * that says so; its code and the state are in the metadata. The same task always makes the same message.
 */
export function plainReply(task: Task): Message {
  const { status } = task;
  const state = status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
  const answer = state === TaskState.TASK_STATE_COMPLETED ? task.artifacts.flatMap(({ parts }) => parts) : [];
  const said = answer.length > 0 ? answer : (status?.message?.parts ?? []);
  return {
    messageId: `${task.id}-reply-${task.history.length}`,
    role: Role.ROLE_AGENT,
    taskId: task.id,
    contextId: task.contextId,
    parts: joined(FAILURES[state] ?? '', said),
    metadata: { ...status?.message?.metadata, [STATE_KEY]: stateName(state) },
    extensions: [],
    referenceTaskIds: [],
  };
}

/** A message that could not be taken, told in the same form; `undefined` when the error says nothing of why. */
export function plainRefusal(error: unknown, contextId: string): Message | undefined {
  const code = isA2AError(error) ? error.metadata?.['code'] : undefined;
  if (!isA2AError(error) || typeof code !== 'string') return undefined;
  return {
    messageId: crypto.randomUUID(),
    role: Role.ROLE_AGENT,
    taskId: '',
    contextId,
    parts: joined(FAILURES[TaskState.TASK_STATE_REJECTED] ?? '', [textPart(error.message)]),
    metadata: { [ERROR_CODE_KEY]: code, [STATE_KEY]: stateName(TaskState.TASK_STATE_REJECTED) },
    extensions: [],
    referenceTaskIds: [],
  };
}

/** Whether a text is that of a failure told as a plain message, for those who are handed the text alone. */
export function tellsFailure(text: string): boolean {
  return Object.values(FAILURES).some((prefix) => text.startsWith(prefix));
}

/** One text part, since clients show the first one only; then whatever is not text. */
function joined(prefix: string, parts: readonly Part[]): Part[] {
  const text = parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('');
  const others = parts.filter(({ content }) => content !== undefined && content.$case !== 'text');
  const first: Part = {
    content: { $case: 'text', value: `${prefix}${text}` },
    mediaType: 'text/plain',
    filename: '',
    metadata: undefined,
  };
  return [first, ...others];
}

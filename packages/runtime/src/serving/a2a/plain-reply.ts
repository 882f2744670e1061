import { type Message, type Part, type Task, TaskState } from '@a2a-js/sdk';
import { isA2AError, retryAfterOf } from '../../tasks/a2a-errors.js';
import { agentMessage, textPart } from '../../tasks/events/a2a-events.js';
import { FAILURE_PREFIXES } from '../../tasks/events/failure-text.js';
import { ERROR_CODE_KEY, RETRY_AFTER_KEY, USAGE_KEY } from '../../tasks/events/outcome-metadata.js';
import { stateName } from '../../tasks/events/task-event.js';

/** Metadata key of a plain message: the state of its task. */
const STATE_KEY = 'molecule.state';

/**
 * A settled task as one message of the agent, for clients that support nothing else: they show a JSON-RPC error as an answer, lose
 * the text of a task's artifacts, or show a task without artifacts as raw JSON. A failure is a message too; its code and the
 * state are in the metadata. The same task always makes the same message.
 */
export function plainReply(task: Task): Message {
  const { status } = task;
  const state = status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
  const answer = state === TaskState.TASK_STATE_COMPLETED ? task.artifacts.flatMap(({ parts }) => parts) : [];
  const said = answer.length > 0 ? answer : (status?.message?.parts ?? []);
  const target = { taskId: task.id, contextId: task.contextId };
  const usage = task.metadata?.[USAGE_KEY];
  const metadata = {
    ...status?.message?.metadata,
    [STATE_KEY]: stateName(state),
    ...(usage !== undefined && { [USAGE_KEY]: usage }),
  };
  const message = agentMessage(target, joined(FAILURE_PREFIXES[state] ?? '', said), metadata);
  return { ...message, messageId: `${task.id}-reply-${task.history.length}` };
}

/** The refusal of a message in the same form; `undefined` if the error has no stable code. */
export function plainRefusal(error: unknown, contextId: string): Message | undefined {
  const code = isA2AError(error) ? error.metadata?.['code'] : undefined;
  if (!isA2AError(error) || typeof code !== 'string') return undefined;
  const parts = joined(FAILURE_PREFIXES[TaskState.TASK_STATE_REJECTED] ?? '', [textPart(error.message)]);
  const seconds = retryAfterOf(error);
  const metadata = {
    [ERROR_CODE_KEY]: code,
    [STATE_KEY]: stateName(TaskState.TASK_STATE_REJECTED),
    ...(seconds !== undefined && { [RETRY_AFTER_KEY]: new Date(Date.now() + seconds * 1_000).toISOString() }),
  };
  return agentMessage({ taskId: '', contextId }, parts, metadata);
}

/** One part with all of the text, since clients show the first part only; then the parts that are not text. */
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

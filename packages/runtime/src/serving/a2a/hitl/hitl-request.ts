import { type Message, type Task, TaskState, type TaskStatus } from '@a2a-js/sdk';
import type { InputChoice, JsonObject, JsonValue } from '@molecule/adapters';
import { isObject } from '../../../support/is-object.js';
import { textIn } from '../../../tasks/events/answer-artifact.js';
import { withHitl } from '../../../tasks/events/hitl-extension.js';

/** A request as the data of a question has it. */
interface AskedRequest {
  readonly requestId: string;
  readonly request: string;
  readonly prompt?: string;
  readonly choices?: readonly InputChoice[];
  readonly tool?: { readonly name: string; readonly input: JsonValue };
}

/** The task, whose question also says in the extension what is asked. */
export function taskWithHitl(task: Task): Task {
  return task.status ? { ...task, status: statusWithHitl(task.status) } : task;
}

export function statusWithHitl(status: TaskStatus): TaskStatus {
  if (status.state !== TaskState.TASK_STATE_INPUT_REQUIRED || !status.message) return status;
  const payload = payloadFor(status.message);
  return payload ? { ...status, message: withHitl(status.message, payload) } : status;
}

/** A payload is about tool calls or about questions. If both are open, the calls come first, and the questions once they are decided. */
function payloadFor(message: Message): JsonObject | undefined {
  const prompt = textIn(message);
  const requests = requestsIn(message);
  const approvals = requests.filter(({ request }) => request === 'approval');
  if (approvals.length > 0) return { type: 'tool_approval_request', hint: prompt, tools: approvals.map(toTool) };
  const [first] = requests;
  if (!first) return undefined;
  const questions = requests.map(({ prompt: question = prompt, choices = [] }) => ({
    question,
    choices: choices.map(({ label }) => label),
    multiple: false,
  }));
  return { type: 'ask_user_request', id: first.requestId, questions };
}

function toTool({ requestId, prompt = '', tool }: AskedRequest): JsonObject {
  const input = tool?.input ?? null;
  const args = isObject(input) ? (input as JsonObject) : input === null ? {} : { input };
  // An approval without a call is shown by its prompt.
  return { id: requestId, call_id: requestId, name: tool?.name ?? 'approval', args: tool ? args : { prompt } };
}

function requestsIn({ parts }: Message): readonly AskedRequest[] {
  const details = parts.map(({ content }) => (content?.$case === 'data' ? content.value : undefined)).find(isAsked);
  if (!details) return [];
  const { requests } = details as { readonly requests?: readonly AskedRequest[] };
  return requests ?? [details];
}

function isAsked(value: unknown): value is AskedRequest {
  return isObject(value) && typeof value['requestId'] === 'string' && typeof value['request'] === 'string';
}

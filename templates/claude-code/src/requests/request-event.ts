import type { InputRequest, InputRequiredEvent, JsonValue } from '@molecule/adapters';
import { cutText } from '../cut-text.js';
import type { PendingCall } from '../sessions/transcript-entry.js';
import { isQuestion, type Question, questionId, questionsOf } from './question.js';

/** The ids of the answers to an approval. */
export const ALLOW = 'allow';
const DENY = 'deny';

/** Characters of a call's input that are shown in the prompt; all of it is in the event's `tool`. */
const MAX_SHOWN = 500;

/** What a person is asked about a call that waits. */
export function requestEvent(requestId: string, call: PendingCall): InputRequiredEvent {
  return isQuestion(call) ? questionEvent(requestId, call) : approvalEvent(requestId, call);
}

function approvalEvent(requestId: string, call: PendingCall): InputRequiredEvent {
  return {
    type: 'input-required',
    requestId,
    request: 'approval',
    prompt: `May I use ${call.name}? ${shown(call.input)}`,
    choices: [
      { id: ALLOW, label: 'Allow', means: 'approve' },
      { id: DENY, label: 'Deny', means: 'reject' },
    ],
    tool: { name: call.name, input: call.input as JsonValue },
  };
}

/** All questions of the call at once, each a request of its own. */
function questionEvent(requestId: string, call: PendingCall): InputRequiredEvent {
  const requests = questionsOf(call).map((question, index) => questionRequest(questionId(requestId, index), question));
  const [first = { requestId, request: 'question', prompt: 'The agent has a question.' } as const, ...also] = requests;
  return { type: 'input-required', ...first, ...(also.length === 0 ? {} : { also }) };
}

function questionRequest(requestId: string, question: Question): InputRequest {
  const choices = question.multiSelect === true ? [] : question.options;
  return {
    requestId,
    request: 'question',
    prompt: describe(question),
    ...(choices.length === 0 ? {} : { choices: choices.map(({ label }) => ({ id: label, label })) }),
  };
}

function describe({ question, options }: Question): string {
  return [question, ...options.map(({ label, description }) => `- ${label}: ${description}`)].join('\n');
}

function shown(input: PendingCall['input']): string {
  const text = typeof input['command'] === 'string' ? input['command'] : JSON.stringify(input);
  return cutText(text, MAX_SHOWN);
}

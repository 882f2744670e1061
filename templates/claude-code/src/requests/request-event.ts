import type { InputRequiredEvent, JsonValue } from '@molecule/adapters';
import { cutText } from '../cut-text.js';
import type { PendingCall } from '../sessions/transcript-entry.js';
import { isQuestion, questionsOf } from './question.js';

/** The ids of the answers to an approval. */
export const ALLOW = 'allow';
export const DENY = 'deny';

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
      { id: ALLOW, label: 'Allow' },
      { id: DENY, label: 'Deny' },
    ],
    tool: { name: call.name, input: call.input as JsonValue },
  };
}

function questionEvent(requestId: string, call: PendingCall): InputRequiredEvent {
  const questions = questionsOf(call);
  const [only] = questions;
  const choices = questions.length === 1 && only?.multiSelect !== true ? (only?.options ?? []) : [];
  return {
    type: 'input-required',
    requestId,
    request: 'question',
    prompt: questions.map(describe).join('\n\n'),
    ...(choices.length === 0 ? {} : { choices: choices.map(({ label }) => ({ id: label, label })) }),
  };
}

function describe({ question, options }: ReturnType<typeof questionsOf>[number]): string {
  return [question, ...options.map(({ label, description }) => `- ${label}: ${description}`)].join('\n');
}

function shown(input: PendingCall['input']): string {
  const text = typeof input['command'] === 'string' ? input['command'] : JSON.stringify(input);
  return cutText(text, MAX_SHOWN);
}

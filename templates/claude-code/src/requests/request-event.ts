import type { InputRequiredEvent, JsonValue } from '@molecule/adapters';
import type { PendingCall } from '../sessions/transcript-entry.js';
import { isQuestion, questionsOf } from './question.js';

/** The ids of the answers to an approval. */
export const ALLOW = 'allow';
export const DENY = 'deny';

/** How much of a call's input is shown in the prompt; all of it is in the event's `tool`. */
const MAX_SHOWN = 500;

/** What a person is asked about a call that waits. */
export function requestEvent(call: PendingCall): InputRequiredEvent {
  return isQuestion(call) ? questionEvent(call) : approvalEvent(call);
}

function approvalEvent(call: PendingCall): InputRequiredEvent {
  return {
    type: 'input-required',
    requestId: call.id,
    request: 'approval',
    prompt: `May I use ${call.name}? ${shown(call.input)}`,
    choices: [
      { id: ALLOW, label: 'Allow' },
      { id: DENY, label: 'Deny' },
    ],
    tool: { name: call.name, input: call.input as JsonValue },
  };
}

function questionEvent(call: PendingCall): InputRequiredEvent {
  const questions = questionsOf(call);
  const [only] = questions;
  const choices = questions.length === 1 && only?.multiSelect !== true ? (only?.options ?? []) : [];
  return {
    type: 'input-required',
    requestId: call.id,
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
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

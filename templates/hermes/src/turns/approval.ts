import type { AnswerTurn, InputRequiredEvent } from '@molecule/adapters';
import type { AskedApproval } from './record/turn-record.js';

/** The answers that an approval takes. */
export type ApprovalChoice = 'once' | 'deny';

const CHOICES = [
  { id: 'once', label: 'Allow once', means: 'approve' },
  { id: 'deny', label: 'Deny', means: 'reject' },
] as const;

/** The event that asks a person. */
export function inputRequired({ requestId, command, description }: AskedApproval): InputRequiredEvent {
  return {
    type: 'input-required',
    requestId,
    request: 'approval',
    prompt: `Hermes asks to run a command that it takes for dangerous (${description}):\n${command}`,
    choices: CHOICES,
    tool: { name: 'terminal', input: { command } },
  };
}

/** What the person chose. Anything that is no clear yes is a no. */
export function choiceOf({ choice, text }: AnswerTurn): ApprovalChoice {
  if (choice !== undefined) return choice === 'once' ? 'once' : 'deny';
  return /^(once|yes|y|ok|okay|allow|allow once|approve|approved)\s*[.!]?$/i.test(text.trim()) ? 'once' : 'deny';
}

import type { AskUserQuestionInput } from '@anthropic-ai/claude-agent-sdk/sdk-tools.js';
import type { PendingCall } from '../sessions/transcript-entry.js';

export type Question = AskUserQuestionInput['questions'][number];

export function isQuestion(call: PendingCall): boolean {
  return call.name === 'AskUserQuestion';
}

/** The questions of an `AskUserQuestion` call; Claude Code has checked its input. */
export function questionsOf(call: PendingCall): readonly Question[] {
  return (call.input as unknown as AskUserQuestionInput).questions;
}

/** The id of the request for one of a call's questions; that of the first is the id of the whole request. */
export function questionId(requestId: string, index: number): string {
  return index === 0 ? requestId : `${requestId}.${index + 1}`;
}

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

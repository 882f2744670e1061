import type { SDKMessage, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { ClaudeProcess } from '../process/claude-process.js';

/** The time that Claude Code has to resume an interrupted turn; it usually takes one to three seconds. */
const PATIENCE_MS = 15_000;

/**
 * Claude Code resumes an interrupted turn if it finds one in the transcript. If it finds none, it waits for a message without
 * reporting that; then a message is sent.
 */
export function sayWhenSilent(process: ClaudeProcess, message: SDKUserMessage | undefined) {
  const timer = message === undefined ? undefined : setTimeout(() => process.send(message), PATIENCE_MS);
  return {
    heard(heard: SDKMessage | undefined): void {
      // Each turn opens with `init`; what comes before it is no work yet.
      if (heard === undefined || heard.type !== 'system' || heard.subtype === 'init') clearTimeout(timer);
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}

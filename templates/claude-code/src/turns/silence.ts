import type { SDKMessage, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { ClaudeProcess } from '../process/claude-process.js';

/** How long Claude Code may take to go on with an interrupted turn; it takes one to three seconds. */
const PATIENCE_MS = 15_000;

/**
 * Claude Code goes on with an interrupted turn when its own reading of the transcript finds one. When it finds none,
 * it waits for a message without a word; it then gets one.
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

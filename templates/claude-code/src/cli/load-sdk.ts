import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/** The Claude Agent SDK. */
export type AgentSdk = typeof import('@anthropic-ai/claude-agent-sdk');

/**
 * Loads the SDK. While it loads, it reads this user's home directory, which does not exist in a container with an arbitrary user and
 * without `HOME`; there it gets Claude Code's own.
 */
export function loadSdk(home: string): Promise<AgentSdk> {
  try {
    os.homedir();
  } catch {
    os.homedir = () => home;
    syncBuiltinESMExports();
  }
  return import('@anthropic-ai/claude-agent-sdk');
}

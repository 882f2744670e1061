import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/** The Claude Agent SDK. */
export type AgentSdk = typeof import('@anthropic-ai/claude-agent-sdk');

/**
 * Loads the SDK. It asks for this user's home directory while it is loaded, and there is none in a container that runs as an
 * arbitrary user, without `HOME`: it then gets Claude Code's own.
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

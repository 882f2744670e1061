import type { McpHttpServerConfig } from '@anthropic-ai/claude-agent-sdk';
import type { McpEndpoint } from '@molecule/adapters';

/** The server's name; the model's names for its tools are `mcp__molecule__<name>`. */
const RUNTIME_TOOL_SERVER = 'molecule';

/** A delegation takes minutes, and Claude Code waits for one otherwise. With its turn a call ends anyway. */
const CALL_MS = 24 * 60 * 60_000;

/** The runtime's tools for one turn: the token identifies the turn that a call belongs to. Empty if there are none. */
export function runtimeToolServers(mcp: McpEndpoint | undefined): Record<string, McpHttpServerConfig> {
  if (mcp === undefined) return {};
  return {
    [RUNTIME_TOOL_SERVER]: {
      type: 'http',
      url: mcp.url,
      headers: { Authorization: `Bearer ${mcp.token}` },
      // Otherwise the model has to search for a tool before it can use it.
      alwaysLoad: true,
      timeout: CALL_MS,
    },
  };
}

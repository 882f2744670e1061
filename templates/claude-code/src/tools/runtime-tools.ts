import type { McpHttpServerConfig } from '@anthropic-ai/claude-agent-sdk';
import type { McpEndpoint } from '@molecule/adapters';

/** The server's name; the model sees its tools as `mcp__molecule__<name>`. */
export const RUNTIME_TOOL_SERVER = 'molecule';

/** A delegation takes minutes, and Claude Code waits for one otherwise. With its turn a call ends anyway. */
const CALL_MS = 24 * 60 * 60_000;

/** The runtime's tools, as one conversation reaches them: the address tells the runtime whose turn a call belongs to. */
export function runtimeToolServer({ url, token }: McpEndpoint, contextId: string): McpHttpServerConfig {
  return {
    type: 'http',
    url: `${url}?context=${encodeURIComponent(contextId)}`,
    headers: { Authorization: `Bearer ${token}` },
    // Otherwise the model has to search for a tool before it can use it.
    alwaysLoad: true,
    timeout: CALL_MS,
  };
}

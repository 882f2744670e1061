import type { McpSdkServerConfigWithInstance } from '@anthropic-ai/claude-agent-sdk';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject, RuntimeTool } from '@molecule/adapters';
import type { TurnScope } from '../permissions/turn-scope.js';

/** The server's name; the model sees its tools as `mcp__molecule__<name>`. */
const SERVER_NAME = 'molecule';

/**
 * The runtime's tools as an MCP server within this process. The low-level server is used because the tools bring
 * JSON Schema, which the high-level one does not take.
 */
export function runtimeToolServer(
  tools: readonly RuntimeTool[],
  currentScope: () => TurnScope | undefined,
): McpSdkServerConfigWithInstance {
  const instance = new McpServer({ name: SERVER_NAME, version: '1.0.0' }, { capabilities: { tools: {} } });
  instance.server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema: { type: 'object' as const, ...inputSchema },
      // Otherwise the model has to search for a tool before it can use it.
      _meta: { 'anthropic/alwaysLoad': true },
    })),
  }));
  instance.server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    callTool(tools, params.name, (params.arguments ?? {}) as JsonObject, currentScope()),
  );
  return { type: 'sdk', name: SERVER_NAME, instance };
}

async function callTool(
  tools: readonly RuntimeTool[],
  name: string,
  input: JsonObject,
  scope: TurnScope | undefined,
): Promise<CallToolResult> {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) return failure(`There is no tool ${name}.`);
  if (scope === undefined) return failure('No turn is going on.');
  try {
    const { taskId, contextId, signal } = scope;
    const output = await tool.execute(input, { taskId, contextId, signal });
    return { content: [{ type: 'text', text: typeof output === 'string' ? output : JSON.stringify(output) }] };
  } catch (error) {
    // A tool's message is written for the model to read.
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

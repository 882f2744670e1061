import type { StructuredToolInterface } from '@langchain/core/tools';
import type { AdapterContext, JsonObject } from '@molecule/adapters';
import { BUILT_IN_TOOL_NAMES, type LangGraphConfig } from '../config.js';
import type { AgentTool } from './agent-tool.js';
import { askPersonTool } from './ask-person.js';
import { calculateTool } from './calculate.js';
import { currentTimeTool } from './current-time.js';
import { fileTools } from './files.js';
import { giveDataTool } from './give-data.js';
import { toLangChainTool } from './to-langchain.js';

/**
 * The agent's tools: the template's own that are enabled, then the runtime's.
 * @throws Error when two tools have one name, or when `tools.approval` names a tool that does not exist.
 */
export function createTools(context: AdapterContext<LangGraphConfig>): StructuredToolInterface[] {
  const { tools: own, output_schema: schema } = context.config;
  const { enabled, approval } = own;
  const builtIn = [currentTimeTool, calculateTool, ...fileTools(), askPersonTool];
  const tools: AgentTool[] = [
    ...builtIn.filter((tool) => enabled.some((name) => name === tool.name)),
    ...(schema === undefined ? [] : [giveDataTool(schema as JsonObject)]),
    ...context.tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      schema: tool.inputSchema,
      execute: tool.execute.bind(tool),
    })),
  ];
  refuseDuplicates(tools);
  refuseUnknown(approval, [...BUILT_IN_TOOL_NAMES, ...tools.map((tool) => tool.name)]);
  return tools.map((tool) => toLangChainTool(tool, approval.includes(tool.name)));
}

function refuseDuplicates(tools: readonly AgentTool[]): void {
  const names = tools.map((tool) => tool.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new Error(
    `Two tools are called "${twice}": one of this template's own and one of the runtime's. Leave the template's out of ` +
      'runtime_config.tools.enabled.',
  );
}

/** A misspelt name here would leave a tool unguarded, in silence. */
function refuseUnknown(approval: readonly string[], known: readonly string[]): void {
  const unknown = approval.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `runtime_config.tools.approval names ${unknown.map((name) => `"${name}"`).join(', ')}, but the tools are ` +
      `${[...new Set(known)].join(', ')}.`,
  );
}

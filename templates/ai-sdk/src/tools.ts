import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMCPClient, type MCPClient } from '@ai-sdk/mcp';
import { type AgentControls, type AgentTurn, EngineError } from '@molecule/adapters';
import { runtimeTools, toolSteps } from '@molecule/adapters/ai-sdk';
import { jsonSchema, type ToolSet, tool } from 'ai';
import { z } from 'zod';
import type { Config } from './config.js';

/** The agent's own tools. Add yours here. */
const ownTools = ({ workDir }: AgentTurn, { emit }: AgentControls<Config>): ToolSet => ({
  current_time: tool({
    description: 'Tells the date and the time in a time zone, such as Europe/Paris.',
    inputSchema: z.object({ zone: z.string().default('UTC') }),
    execute: ({ zone }) => new Date().toLocaleString('en-GB', { timeZone: zone, dateStyle: 'full', timeStyle: 'long' }),
  }),
  give_document: tool({
    description: 'Gives the person a document beside the answer, such as a report. The same title replaces it.',
    inputSchema: z.object({ title: z.string().min(1).max(100), markdown: z.string().min(1) }),
    execute: async ({ title, markdown }) => {
      const parts = [{ kind: 'text', text: markdown, mediaType: 'text/markdown' }] as const;
      await emit({ type: 'artifact', id: `document ${title}`, name: title, parts });
      return 'The person has it.';
    },
  }),
  save_note: tool({
    description: 'Saves a note in the working directory.',
    inputSchema: z.object({ name: z.string().regex(/^[\w-]{1,100}$/), text: z.string() }),
    execute: async ({ name, text }) => {
      await writeFile(join(workDir, `${name}.md`), text);
      return `Saved as ${name}.md.`;
    },
  }),
  // Without `execute`: `askPerson` asks the question, and the answer is the result.
  ask_person: tool({
    description: 'Asks the person a question, and waits for the answer.',
    inputSchema: z.object({ question: z.string().min(1), choices: z.array(z.string().min(1)).optional() }),
  }),
});

/** The agent's own tools, those of the runtime, and those of MCP servers, to which `clients` connect. Each call is a step. Of a name, the runtime's counts, then the agent's own. */
export async function turnTools(turn: AgentTurn, controls: AgentControls<Config>, clients: MCPClient[]) {
  const { config, environment } = controls.context;
  const tools = ownTools(turn, controls);
  for (const { url, token_variable: variable } of config.mcp_servers) {
    if (variable && !environment[variable]) throw new EngineError('unsupported', `Set ${variable} for the MCP server.`);
    const headers: Record<string, string> = variable ? { Authorization: `Bearer ${environment[variable]}` } : {};
    try {
      const client = await createMCPClient({ transport: { type: 'http', url, headers } });
      clients.push(client);
      Object.assign(tools, { ...(await client.tools()), ...tools });
    } catch (cause) {
      throw new EngineError('unavailable', `The MCP server at ${new URL(url).host} gives no tools.`, { cause });
    }
  }
  return { ...toolSteps(controls, tools), ...runtimeTools(controls, jsonSchema) };
}

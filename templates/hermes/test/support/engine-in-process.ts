import type { AdapterContext, McpEndpoint } from '@molecule/adapters';
import { createEngine } from '../../src/create-engine.js';
import { contextFor, placed, type TestWorkspace } from './workspace.js';

/** The parts from which the engine is created for a turn in a process of its own. */
export interface EngineOrder extends Pick<TestWorkspace, 'root' | 'stateDir' | 'workDir'> {
  readonly modelUrl: string;
  readonly tools?: AdapterContext['tools'];
  readonly mcp?: McpEndpoint;
}

export default async ({ modelUrl, tools = [], mcp, ...workspace }: EngineOrder) => {
  const engine = await createEngine(contextFor(workspace, { url: modelUrl }, { tools, ...(mcp && { mcp }) }));
  return placed(engine, workspace, mcp);
};

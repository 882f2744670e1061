import type { AdapterContext } from '../contract/context.js';
import type { TurnSteps } from '../contract/steps.js';
import type { TurnIdentity } from '../contract/turn.js';
import type { AgentTool } from './agent-definition.js';
import { toolStep } from './tool-step.js';

/** The runtime's tools, of which each call is a step. */
export function agentTools(
  { tools }: Pick<AdapterContext, 'tools'>,
  { taskId, contextId }: Pick<TurnIdentity, 'taskId' | 'contextId'>,
  steps: Pick<TurnSteps, 'step'>,
): readonly AgentTool[] {
  return tools.map((tool) => {
    const { name, description, inputSchema } = tool;
    return {
      name,
      description,
      inputSchema,
      execute: (input, id) =>
        toolStep(steps, { name, input, ...(id !== undefined && { id }) }, ({ signal }) =>
          tool.execute(input, { taskId, contextId, signal }),
        ),
    };
  });
}

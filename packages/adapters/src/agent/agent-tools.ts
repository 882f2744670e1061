import type { AdapterContext } from '../contract/context.js';
import type { StepRun, TurnSteps } from '../contract/steps.js';
import type { RuntimeTool } from '../contract/tool.js';
import type { TurnIdentity } from '../contract/turn.js';
import type { AgentTool } from './agent-definition.js';

/** The runtime's tools, of which each call is a step. */
export function agentTools(
  { tools }: Pick<AdapterContext, 'tools'>,
  turn: Pick<TurnIdentity, 'taskId' | 'contextId'>,
  steps: Pick<TurnSteps, 'step'>,
): readonly AgentTool[] {
  return tools.map((tool) => {
    const { name, description, inputSchema } = tool;
    return {
      name,
      description,
      inputSchema,
      execute: (input, id) =>
        steps.step(`tool ${name}`, id === undefined ? {} : { id }, (run) => called(tool, { input, id, turn, run })),
    };
  });
}

async function called(
  tool: RuntimeTool,
  {
    input,
    id,
    turn: { taskId, contextId },
    run,
  }: {
    readonly input: Parameters<RuntimeTool['execute']>[0];
    readonly id: string | undefined;
    readonly turn: Pick<TurnIdentity, 'taskId' | 'contextId'>;
    readonly run: StepRun;
  },
) {
  const call = id ?? run.key;
  await run.emit({ type: 'tool-call', id: call, name: tool.name, input });
  try {
    const output = await tool.execute(input, { taskId, contextId, signal: run.signal });
    await run.emit({ type: 'tool-result', id: call, ok: true, output });
    return output;
  } catch (error) {
    if (!run.signal.aborted) {
      const output = error instanceof Error ? error.message : String(error);
      await run.emit({ type: 'tool-result', id: call, ok: false, output });
    }
    throw error;
  }
}

import { type StructuredToolInterface, tool } from '@langchain/core/tools';
import type { JsonObject } from '@molecule/adapters';
import type { ToolRuntime } from 'langchain';
import { askApproval } from '../turns/interrupts.js';
import type { AgentTool } from './agent-tool.js';

/** The facts of the turn that its tools receive. */
interface TurnContext {
  readonly taskId: string;
  readonly contextId: string;
  readonly workDir: string;
}

/** Turns a tool into LangChain's kind; with `approval`, a person is asked before each call. */
export function toLangChainTool(source: AgentTool, approval: boolean): StructuredToolInterface {
  const run = async (input: JsonObject, runtime: ToolRuntime) => {
    if (approval) {
      const refusal = askApproval(source.name, input);
      if (refusal !== undefined) return refusal;
    }
    const { taskId, contextId, workDir } = runtime.context as TurnContext;
    const signal = runtime.signal ?? new AbortController().signal;
    const output = await source.execute(input, { taskId, contextId, workDir, signal });
    return typeof output === 'string' ? output : JSON.stringify(output);
  };
  const { name, description, schema } = source;
  return tool(run, { name, description, schema } as Parameters<typeof tool>[1]) as unknown as StructuredToolInterface;
}

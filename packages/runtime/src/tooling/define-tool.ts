import type { JsonObject, JsonValue, RuntimeTool } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import { z } from 'zod';
import type { ToolName } from '../settings/config/tool-names.js';
import type { ErrorCode } from '../support/error-codes.js';
import type { ToolCall, ToolTurns } from './tool-turns.js';

/** The model called a tool with an invalid input. */
class ToolInputError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.ToolInputError';
  readonly code = 'TOOL_INPUT_INVALID' satisfies ErrorCode;
}

export interface ToolDefinition<Input> {
  readonly name: ToolName;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  run(input: Input, call: ToolCall): Promise<JsonValue>;
}

/** A tool of the runtime, before a call is assigned to its turn. */
export interface TurnTool extends Omit<RuntimeTool, 'execute'> {
  execute(input: JsonObject, call: ToolCall): Promise<JsonValue>;
}

/** A tool whose input is validated before it runs. The error tells a model how to correct its call. */
export function defineTool<Input>({ name, description, input, run }: ToolDefinition<Input>): TurnTool {
  return {
    name,
    description,
    inputSchema: z.toJSONSchema(input, { io: 'input' }) as JsonObject,
    async execute(given, call) {
      const parsed = input.safeParse(given);
      if (parsed.success) return run(parsed.data, call);
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
      throw new ToolInputError(
        `The input of ${name} is invalid: ${problems.join('; ')}. Call it again with valid input.`,
      );
    },
  };
}

/** The tools as an engine calls them: for a turn that it runs, and refused for any other. */
export function toolsForEngine(tools: readonly TurnTool[], turns: ToolTurns): readonly RuntimeTool[] {
  return tools.map((tool) => ({
    ...tool,
    execute: async (input, context) => tool.execute(input, turns.ofContext(context)),
  }));
}

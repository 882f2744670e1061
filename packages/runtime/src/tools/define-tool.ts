import type { JsonObject, JsonValue, RuntimeTool, ToolCallContext } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import { z } from 'zod';
import type { ToolName } from './tool-names.js';

/** What a model called a tool with is not what the tool takes. */
class ToolInputError extends MoleculeError {
  override readonly name = 'ToolInputError';
  readonly code = 'TOOL_INPUT_INVALID';
}

export interface ToolDefinition<Input> {
  readonly name: ToolName;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  run(input: Input, context: ToolCallContext): Promise<JsonValue>;
}

/** A tool whose input is checked before it runs; what is wrong is told so that a model can mend it. */
export function defineTool<Input>({ name, description, input, run }: ToolDefinition<Input>): RuntimeTool {
  return {
    name,
    description,
    inputSchema: z.toJSONSchema(input, { io: 'input' }) as JsonObject,
    async execute(given, context) {
      const parsed = input.safeParse(given);
      if (parsed.success) return run(parsed.data, context);
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
      throw new ToolInputError(
        `${name} was called wrongly: ${problems.join('; ')}. Call it again with the right input.`,
      );
    },
  };
}

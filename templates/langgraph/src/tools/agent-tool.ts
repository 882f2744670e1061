import type { JsonObject, JsonValue, ToolCallContext } from '@molecule/adapters';
import type { z } from 'zod';

/** The turn in which a tool is called, and where it works. */
export interface AgentToolContext extends ToolCallContext {
  readonly workDir: string;
}

/** A tool before it is LangChain's: the template's own tools and the runtime's have this one shape. */
export interface AgentTool {
  readonly name: string;
  /** For the model: the tool's effect, and when to use it. */
  readonly description: string;
  /** What the model may pass: a zod object, or a JSON Schema. */
  readonly schema: z.ZodObject | JsonObject;
  /** Runs it. Throws with a message fit for the model to read. */
  execute(input: JsonObject, context: AgentToolContext): Promise<JsonValue> | JsonValue;
}

/** Types a tool's input by its zod schema. */
export function defineTool<Schema extends z.ZodObject>(tool: {
  name: string;
  description: string;
  schema: Schema;
  execute(input: z.output<Schema>, context: AgentToolContext): Promise<JsonValue> | JsonValue;
}): AgentTool {
  return { ...tool, execute: (input, context) => tool.execute(input as z.output<Schema>, context) };
}

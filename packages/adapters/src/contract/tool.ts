import type { JsonObject, JsonValue } from './json.js';

/** Who calls a tool, and in which turn. */
export interface ToolCallContext {
  readonly taskId: string;
  readonly contextId: string;
  /** Aborted when the turn is canceled, runs out of time, or the process stops. */
  readonly signal: AbortSignal;
}

/**
 * A tool that the runtime offers to the engine: one definition, whatever the engine. An adapter turns it into its
 * engine's own kind of tool (LangGraph), or reaches it over MCP (Claude Code, Hermes).
 */
export interface RuntimeTool {
  /** Unique in the workspace, `[a-z][a-z0-9_]*`, as model providers demand. */
  readonly name: string;
  /** For the model: what it does, when to use it. */
  readonly description: string;
  /** JSON Schema (draft 2020-12) of the input object. */
  readonly inputSchema: JsonObject;
  /** Runs it. Throws with a message fit for the model to read. */
  execute(input: JsonObject, context: ToolCallContext): Promise<JsonValue>;
}

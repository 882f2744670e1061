import type { JsonObject, JsonValue } from './json.js';

/** The turn in which a tool is called. The runtime refuses a call of a turn that does not run. */
export interface ToolCallContext {
  readonly taskId: string;
  readonly contextId: string;
  /** Aborted if the turn is canceled or exceeds its time, or if the process stops. */
  readonly signal: AbortSignal;
}

/**
 * A tool that the runtime offers to the model. An adapter converts it into a tool of its engine (LangGraph), or lets the engine call it
 * over MCP (Claude Code, Hermes).
 */
export interface RuntimeTool {
  /** Unique in the workspace; `[a-z][a-z0-9_]*`, which every model provider accepts. */
  readonly name: string;
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** JSON Schema (draft 2020-12) of the input. */
  readonly inputSchema: JsonObject;
  /**
   * Runs the tool. The runtime checks the input.
   *
   * @throws {Error} if it fails; the message is for the model, which may call again
   */
  execute(input: JsonObject, context: ToolCallContext): Promise<JsonValue>;
}

import type { AgentControls } from '../agent/agent-definition.js';
import type { JsonObject, JsonValue } from '../contract/json.js';
import { keepingFailure } from './tool-failures.js';

/** A dynamic tool of the AI SDK. */
export interface DynamicTool<Schema> {
  type: 'dynamic';
  description: string;
  inputSchema: Schema;
  execute: (input: unknown, options: { toolCallId: string }) => Promise<JsonValue>;
}

/**
 * The runtime's tools for the AI SDK, by name. Each call is a step, as those of `toolSteps` are.
 *
 * @param jsonSchema of the AI SDK
 */
export function runtimeTools<Schema>(
  { tools, step }: Pick<AgentControls, 'tools' | 'step'>,
  jsonSchema: (schema: JsonObject) => Schema,
): Record<string, DynamicTool<Schema>> {
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema, execute }) => [
      name,
      {
        type: 'dynamic',
        description,
        inputSchema: jsonSchema(inputSchema),
        execute: (input, { toolCallId }) => keepingFailure({ step }, () => execute(input as JsonObject, toolCallId)),
      },
    ]),
  );
}

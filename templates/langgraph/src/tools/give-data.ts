import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages';
import type { DataEvent, JsonObject, JsonValue } from '@molecule/adapters';
import type { AgentTool } from './agent-tool.js';

const NAME = 'give_data';

/** The tool with which the model gives the structured result of a task; `schema` is what the result must look like. */
export function giveDataTool(schema: JsonObject): AgentTool {
  return {
    name: NAME,
    description:
      'Gives the result of the task as data to the program that asked for it. Call it once the result is known, and then say in a few ' +
      'words what the result is.',
    schema,
    execute: () => 'The program has the data.',
  };
}

/** The data that the calls of the messages have given. They come from the stored thread, so a repeated attempt gives the same. */
export function dataIn(messages: readonly BaseMessage[], schema: JsonObject | undefined): readonly DataEvent[] {
  if (schema === undefined) return [];
  const done = new Set(
    messages.flatMap((message) =>
      ToolMessage.isInstance(message) && message.status !== 'error' ? [message.tool_call_id] : [],
    ),
  );
  const calls = messages.flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []));
  const given = calls.filter(({ name, id }) => name === NAME && id !== undefined && done.has(id));
  return given.map(({ args }) => ({ type: 'data', data: args as JsonValue, schema }));
}

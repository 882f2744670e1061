import { AIMessage, ToolMessage } from '@langchain/core/messages';
import type { DataEvent, JsonObject, JsonValue } from '@molecule/adapters';
import { type Thread, turnMessages } from '../turns/thread.js';
import type { AgentTool } from './agent-tool.js';

const NAME = 'give_data';
/** The result of a call that has given its data. One that a person has refused, or whose input is wrong, has another. */
const GIVEN = 'The program has the data.';

/** The tool with which the model gives the structured result of a task; `schema` is what the result must look like. */
export function giveDataTool(schema: JsonObject): AgentTool {
  return {
    name: NAME,
    description:
      'Gives the result of the task as data to the program that asked for it. Call it once the result is known, and then say in a few ' +
      'words what the result is.',
    schema,
    execute: () => GIVEN,
  };
}

/**
 * The data that the newest turn has given. It comes from the stored thread, so a repeated attempt gives the same. The call may be older than
 * the turn: it was made beside a question, and waited for an approval of its own.
 */
export function dataIn(thread: Thread, schema: JsonObject | undefined): readonly DataEvent[] {
  if (schema === undefined) return [];
  const calls = thread.messages.flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []));
  return turnMessages(thread).flatMap((message): readonly DataEvent[] => {
    if (!ToolMessage.isInstance(message) || message.text !== GIVEN) return [];
    const call = calls.find(({ id }) => id === message.tool_call_id);
    return call?.name === NAME ? [{ type: 'data', data: call.args as JsonValue, schema }] : [];
  });
}

import type { MCPClient } from '@ai-sdk/mcp';
import {
  type AgentControls,
  type AgentTurn,
  defineAgent,
  EngineError,
  type JsonObject,
  type TurnEvent,
} from '@molecule/adapters';
import { answerData, answerEnd, askPerson, modelError, modelSteps, turnMessages } from '@molecule/adapters/ai-sdk';
import { isStepCount, jsonSchema, type ModelMessage, Output, streamText, type ToolSet, wrapLanguageModel } from 'ai';
import { type Config, configSchema } from './config.js';
import { createModel, credentials } from './model.js';
import { turnTools } from './tools.js';

export const adapter = defineAgent<Config>({
  name: 'ai-sdk',
  displayName: 'AI SDK',
  description: 'An agent of the AI SDK, with any of its providers. A crash costs it no model call that was answered.',
  configSchema,
  credentials,
  start: (context) => void createModel(context), // So that a model without a provider is refused at once.
  run,
});

async function* run(turn: AgentTurn, controls: AgentControls<Config>): AsyncGenerator<TurnEvent> {
  const clients: MCPClient[] = [];
  try {
    yield* answer(turn, controls, await turnTools(turn, controls, clients));
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** Answers a message: the model calls tools until it has the answer, and a person is asked where it needs one. */
async function* answer(turn: AgentTurn, controls: AgentControls<Config>, tools: ToolSet): AsyncGenerator<TurnEvent> {
  const { context, signal } = controls;
  const { max_steps, approval, output_schema: schema, file_types, prices } = context.config;
  const fileTypes = context.modelEndpoint ? [] : file_types;
  const messages: ModelMessage[] = await turnMessages(turn, { fileTypes });
  for (;;) {
    // Each model call is a step, and the client reads what the model says from it.
    const middleware = modelSteps(controls, { tellsText: !schema, prices });
    const result = streamText({
      model: wrapLanguageModel({ model: createModel(context), middleware }),
      instructions: context.systemPrompt,
      messages,
      tools,
      toolApproval: Object.fromEntries(approval.map((name) => [name, 'user-approval'])),
      ...(schema && { output: Output.object({ schema: jsonSchema<JsonObject>(schema) }) }),
      stopWhen: isStepCount(max_steps),
      maxRetries: 0, // The runtime tries again, and repeats no recorded step.
      providerOptions: { openai: { store: false } }, // The conversation is in the task log.
      abortSignal: signal,
      onError: () => {}, // It is thrown below.
    });
    for await (const part of result.stream) if (part.type === 'error') throw modelError(part.error);
    if (signal.aborted) return;
    const answers = await askPerson(controls, await result.content, tools);
    const end = await answerEnd(result);
    if (answers.length > 0) {
      messages.push(...(await result.responseMessages), { role: 'tool', content: answers });
    } else if (end === 'tool-calls') {
      throw new EngineError('too-many-steps', `There was no answer after ${max_steps} model calls (max_steps).`);
    } else {
      if (schema && end === 'stop') yield { type: 'data', data: await answerData(result), schema };
      return yield { type: 'finish', reason: end };
    }
  }
}

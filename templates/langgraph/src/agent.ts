import { randomUUID } from 'node:crypto';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { AIMessage, createAgent as createLangChainAgent, createMiddleware, SystemMessage } from 'langchain';
import { z } from 'zod';

/** Name of the graph's node that calls the model. */
export const MODEL_NODE = 'model_request';

/** How many graph steps one model call and its tools take: the model's node, and the tools'. */
export const GRAPH_STEPS_PER_MODEL_CALL = 2;

/** Begins the id of every finished model message. */
export const MESSAGE_ID_PREFIX = 'model-message-';

/** What a turn hands to the graph and its tools. It is no part of the checkpoints. */
const turnContext = z.object({ taskId: z.string(), contextId: z.string(), systemPrompt: z.string() });

/** The graph: model, tools, and back to the model until it calls no more tools. This is the place to make it your own. */
export function createAgent(options: {
  model: BaseChatModel;
  tools: StructuredToolInterface[];
  checkpointer: BaseCheckpointSaver;
}) {
  return createLangChainAgent({
    model: options.model,
    tools: options.tools,
    checkpointer: options.checkpointer,
    stateSchema: z.object({ turn: z.object({ messageId: z.string(), after: z.string() }).optional() }),
    contextSchema: turnContext,
    middleware: [newestSystemPrompt, uniqueMessageIds],
  });
}

export type Agent = ReturnType<typeof createAgent>;

/** The prompt may change while the agent lives; a turn keeps the one that it began with. */
const newestSystemPrompt = createMiddleware({
  name: 'NewestSystemPrompt',
  contextSchema: turnContext,
  wrapModelCall: (request, handler) => {
    const { systemPrompt } = request.runtime.context;
    // As a message it stays plain text; a string would be sent as a list of blocks, which simple servers cannot read.
    return handler(systemPrompt === '' ? request : { ...request, systemMessage: new SystemMessage(systemPrompt) });
  },
});

/**
 * The state replaces a message by another of the same id, and some servers number their answers anew or at random from
 * a small range: without this a later answer could overwrite an earlier one.
 */
const uniqueMessageIds = createMiddleware({
  name: 'UniqueMessageIds',
  wrapModelCall: async (request, handler) => {
    const message = await handler(request);
    if (AIMessage.isInstance(message)) message.id = `${MESSAGE_ID_PREFIX}${randomUUID()}`;
    return message;
  },
});

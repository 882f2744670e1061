import { randomUUID } from 'node:crypto';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { EngineError } from '@molecule/adapters';
import { AIMessage, createAgent as createLangChainAgent, createMiddleware, SystemMessage } from 'langchain';
import { z } from 'zod';
import { noteAnswer, refuseCutCalls } from './answers.js';
import { toEngineError } from './errors.js';
import { fitMessages, leftOut, trimToHalf } from './model/fit-messages.js';
import { turnCalls } from './wire/model-calls.js';

/** Name of the graph's node that calls the model. */
export const MODEL_NODE = 'model_request';

/** Name of the graph's node that checks the model's answer before its tools run. */
export const CHECK_NODE = 'CheckedAnswers.after_model';

/** How many graph steps one model call and its tools take: the model's node, the check's, and the tools'. */
export const GRAPH_STEPS_PER_MODEL_CALL = 3;

/** Begins the id of every finished model message. */
export const MESSAGE_ID_PREFIX = 'model-message-';

/** What a turn hands to the graph and its tools. It is no part of the checkpoints. */
const turnContext = z.object({
  taskId: z.string(),
  contextId: z.string(),
  workDir: z.string(),
  systemPrompt: z.string(),
});

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
    stateSchema: z.object({
      turn: z
        .object({ messageId: z.string(), after: z.string(), done: z.array(z.string()).readonly().optional() })
        .optional(),
    }),
    contextSchema: turnContext,
    middleware: [newestSystemPrompt, checkedAnswers, uniqueMessageIds],
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
 * Adapts requests and answers: a request holds only what every provider accepts; an empty or broken answer is a failure; a conversation
 * that no longer fits is trimmed; a tool call that was cut off does not run.
 */
const checkedAnswers = createMiddleware({
  name: 'CheckedAnswers',
  wrapModelCall: async (request, handler) => {
    const calls = turnCalls.getStore();
    const { message, shownFrom } = await callFitting(fitMessages(request.messages), (messages) =>
      handler({ ...request, messages }),
    );
    if (!AIMessage.isInstance(message)) return message;
    const facts = calls?.takeFacts();
    // If other code in this process closes the connection, the clients end the answer without an error.
    if (calls?.watched && facts === undefined) {
      throw new EngineError('unavailable', 'The connection to the model was ended in the middle of its answer.');
    }
    noteAnswer(message, facts, shownFrom);
    return message;
  },
  afterModel: {
    canJumpTo: ['model'],
    hook: ({ messages }) => {
      const refused = refuseCutCalls(messages);
      if (refused.length === 0) return undefined;
      const calls = messages.findLast((message) => AIMessage.isInstance(message))?.tool_calls ?? [];
      return refused.length < calls.length ? { messages: [...refused] } : { messages: [...refused], jumpTo: 'model' };
    },
  },
});

/** Calls the model with less and less of the conversation until it fits; `shownFrom` is the oldest message that is left. */
async function callFitting<Answer>(
  messages: BaseMessage[],
  call: (messages: BaseMessage[]) => Promise<Answer> | Answer,
): Promise<{ message: Answer; shownFrom?: string }> {
  let shown = messages;
  for (;;) {
    try {
      const message = await call(shown === messages ? shown : [leftOut(), ...shown]);
      const from = shown === messages ? undefined : shown.find(({ id }) => id !== undefined)?.id;
      return { message, ...(from === undefined ? {} : { shownFrom: from }) };
    } catch (error) {
      if (toEngineError(error, 'The model').code !== 'context-overflow') throw error;
      const less = await trimToHalf(shown);
      if (less === undefined) throw error;
      turnCalls.getStore()?.tell({ type: 'retry', reason: 'context-overflow' });
      shown = less;
    }
  }
}

/**
 * In the state, a message replaces an earlier one with the same id, and some servers reuse ids or take them from a small
 * range. Without this, a later answer could overwrite an earlier one.
 */
const uniqueMessageIds = createMiddleware({
  name: 'UniqueMessageIds',
  wrapModelCall: async (request, handler) => {
    const message = await handler(request);
    if (AIMessage.isInstance(message)) message.id = `${MESSAGE_ID_PREFIX}${randomUUID()}`;
    return message;
  },
});

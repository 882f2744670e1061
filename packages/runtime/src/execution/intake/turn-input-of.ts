import type { Message, SendMessageRequest } from '@a2a-js/sdk';
import { extractHistory, type JsonObject, type TurnRequest } from '@molecule/adapters';
import type { TurnInput } from '../../tasks/turn-input.js';
import { metadataOf, textOf, toParts } from './incoming-message.js';
import type { Sender } from './sender.js';

/** What a request brings for its turn besides the parts of its message. */
export interface RequestDetails {
  /** Of the message and of the request. */
  readonly metadata: JsonObject;
  readonly request: TurnRequest;
  readonly traceparent: string | undefined;
  readonly answerTo: TurnInput['answerTo'];
}

/** @param message the request's message, after it was checked */
export function detailsOf(request: SendMessageRequest, message: Message, sender: Sender): RequestDetails {
  // Earlier messages may be long, and are kept with the turn already.
  const { history: _history, ...own } = (request.metadata ?? {}) as JsonObject;
  return {
    metadata: metadataOf(message, request),
    request: {
      caller: sender.userName ?? sender.owner,
      metadata: own,
      referenceTaskIds: message.referenceTaskIds,
      acceptedOutputModes: request.configuration?.acceptedOutputModes ?? [],
      extensions: [...new Set([...(sender.extensions?.requested ?? []), ...message.extensions])],
    },
    traceparent: sender.traceparent,
    answerTo: sender.answerTo,
  };
}

/** The input of a turn that a message begins. */
export function turnInputOf(
  message: Message,
  { metadata, request, traceparent, answerTo }: RequestDetails,
  { turn, workspaceId, model }: Pick<TurnInput, 'turn' | 'workspaceId' | 'model'>,
): TurnInput {
  const parts = toParts(message.parts);
  return {
    taskId: message.taskId,
    contextId: message.contextId,
    messageId: message.messageId,
    turn,
    userInput: textOf(parts),
    parts,
    model,
    workspaceId,
    history: extractHistory(metadata),
    metadata,
    request,
    ...(traceparent !== undefined && { traceparent }),
    ...(answerTo !== undefined && { answerTo }),
  };
}

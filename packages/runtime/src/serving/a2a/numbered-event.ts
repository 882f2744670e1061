import type { SendMessageRequest, StreamResponse, SubscribeToTaskRequest } from '@a2a-js/sdk';
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server';

/**
 * An event of a stream with its number in the task log, and with its JSON if that is in the log as well. The SDK's serializers ignore
 * both; our own transports send them.
 */
export type NumberedEvent = StreamResponse & { readonly seq: number; readonly json?: string };

export type NumberedEvents = AsyncGenerator<NumberedEvent, void, undefined>;

/** The SDK's request handler, whose streams number their events. The SDK accepts it as a handler. */
export interface NumberedRequestHandler extends A2ARequestHandler {
  sendMessageStream(request: SendMessageRequest, context: ServerCallContext): NumberedEvents;
  resubscribe(request: SubscribeToTaskRequest, context: ServerCallContext): NumberedEvents;
}

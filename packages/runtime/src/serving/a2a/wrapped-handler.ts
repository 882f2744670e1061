import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { NumberedEvents, NumberedRequestHandler } from './numbered-event.js';

/** The operations of a request handler, the public card excepted, for which no caller is needed. */
export type Operation = Exclude<keyof NumberedRequestHandler, 'getAgentCard'>;

/** A call of an operation. */
export interface OperationCall {
  readonly operation: Operation;
  readonly request: unknown;
  readonly context: ServerCallContext;
}

/** What is done around every operation. */
export interface Wrapping {
  once<Answer>(call: OperationCall, next: () => Promise<Answer>): Promise<Answer>;
  streamed(call: OperationCall, next: () => NumberedEvents): NumberedEvents;
}

/** The handler with the same wrapping around every operation; the public card is as it was. */
export function wrapHandler(handler: NumberedRequestHandler, { once, streamed }: Wrapping): NumberedRequestHandler {
  const one =
    <Request, Answer>(
      operation: Operation,
      run: (request: Request, context: ServerCallContext) => Promise<Answer>,
    ): ((request: Request, context: ServerCallContext) => Promise<Answer>) =>
    (request, context) =>
      once({ operation, request, context }, () => run.call(handler, request, context));
  const many =
    <Request>(operation: Operation, run: (request: Request, context: ServerCallContext) => NumberedEvents) =>
    (request: Request, context: ServerCallContext): NumberedEvents =>
      streamed({ operation, request, context }, () => run.call(handler, request, context));
  return {
    getAgentCard: () => handler.getAgentCard(),
    getAuthenticatedExtendedAgentCard: one(
      'getAuthenticatedExtendedAgentCard',
      handler.getAuthenticatedExtendedAgentCard,
    ),
    sendMessage: one('sendMessage', handler.sendMessage),
    sendMessageStream: many('sendMessageStream', handler.sendMessageStream),
    resubscribe: many('resubscribe', handler.resubscribe),
    getTask: one('getTask', handler.getTask),
    listTasks: one('listTasks', handler.listTasks),
    cancelTask: one('cancelTask', handler.cancelTask),
    createTaskPushNotificationConfig: one('createTaskPushNotificationConfig', handler.createTaskPushNotificationConfig),
    getTaskPushNotificationConfig: one('getTaskPushNotificationConfig', handler.getTaskPushNotificationConfig),
    listTaskPushNotificationConfigs: one('listTaskPushNotificationConfigs', handler.listTaskPushNotificationConfigs),
    deleteTaskPushNotificationConfig: one('deleteTaskPushNotificationConfig', handler.deleteTaskPushNotificationConfig),
  };
}

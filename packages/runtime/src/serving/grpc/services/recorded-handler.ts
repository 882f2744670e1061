import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server';
import { callerOf } from '../../a2a/caller.js';
import type { NumberedEvents, NumberedRequestHandler } from '../../a2a/numbered-event.js';
import type { GrpcCaller } from '../calls/caller-of-call.js';
import type { OpenCall } from '../calls/open-call.js';

/** The handler for the SDK's services, which tells each call its error and the numbers of its events: the SDK keeps neither. */
export function recordedHandler(handler: NumberedRequestHandler): A2ARequestHandler {
  const once =
    <Request, Answer>(operation: (request: Request, context: ServerCallContext) => Promise<Answer>) =>
    async (request: Request, context: ServerCallContext): Promise<Answer> => {
      try {
        return await operation.call(handler, request, context);
      } catch (error) {
        openCallOf(context).failed(error);
        throw error;
      }
    };
  const streamed = <Request>(operation: (request: Request, context: ServerCallContext) => NumberedEvents) =>
    async function* (request: Request, context: ServerCallContext): NumberedEvents {
      const call = openCallOf(context);
      try {
        for await (const event of operation.call(handler, request, context)) {
          call.yields(event.seq);
          yield event;
        }
      } catch (error) {
        call.failed(error);
        throw error;
      }
    };
  return {
    getAgentCard: () => handler.getAgentCard(),
    getAuthenticatedExtendedAgentCard: once(handler.getAuthenticatedExtendedAgentCard),
    sendMessage: once(handler.sendMessage),
    sendMessageStream: streamed(handler.sendMessageStream),
    resubscribe: streamed(handler.resubscribe),
    getTask: once(handler.getTask),
    listTasks: once(handler.listTasks),
    cancelTask: once(handler.cancelTask),
    createTaskPushNotificationConfig: once(handler.createTaskPushNotificationConfig),
    getTaskPushNotificationConfig: once(handler.getTaskPushNotificationConfig),
    listTaskPushNotificationConfigs: once(handler.listTaskPushNotificationConfigs),
    deleteTaskPushNotificationConfig: once(handler.deleteTaskPushNotificationConfig),
  };
}

export function openCallOf(context: ServerCallContext): OpenCall {
  return (callerOf(context) as GrpcCaller).call;
}

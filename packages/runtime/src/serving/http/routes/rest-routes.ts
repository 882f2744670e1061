import {
  AgentCard,
  ListTaskPushNotificationConfigsResponse,
  ListTasksResponse,
  SendMessageRequest,
  SendMessageResponse,
  Task,
  TaskPushNotificationConfig,
} from '@a2a-js/sdk';
import type { ServerCallContext } from '@a2a-js/sdk/server';
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { NumberedEvents, NumberedRequestHandler } from '../../a2a/numbered-event.js';
import type { Json } from '../../sdk/json.js';
import { writtenStream } from '../../sdk/numbered-stream.js';
import { toRestRefusal } from '../../sdk/refusals.js';
import { sendEvents } from '../answers/event-stream.js';
import { sendAnswer } from '../answers/send-answer.js';
import { contextOf } from '../guards/authenticate.js';
import { historyLengthIn, listRequest, taskIdIn } from './rest-query.js';

type Route = (request: Request, response: Response, context: ServerCallContext) => Promise<void>;

/**
 * REST of protocol 1.0 (A2A 1.0, section 11). A path may begin with a tenant, which is ignored. The SDK does not export its REST
 * transport without Express, and that one writes the events itself, without their numbers.
 */
export function restRoutes(requestHandler: NumberedRequestHandler): Router {
  const router = Router();
  const add = (method: 'get' | 'post' | 'delete', path: string, handle: Route) =>
    router[method]([path, `/:tenant${path}`], route(handle));
  add('get', '/extendedAgentCard', async (request, response, context) => {
    const card = await requestHandler.getAuthenticatedExtendedAgentCard({ tenant: '' }, context);
    sendAnswer(request, response, AgentCard.toJSON(card) as Json);
  });
  add('post', '/message\\:send', async (request, response, context) => {
    const result = await requestHandler.sendMessage(sendRequest(request), context);
    const payload: SendMessageResponse['payload'] =
      'messageId' in result ? { $case: 'message', value: result } : { $case: 'task', value: result };
    sendAnswer(request, response, SendMessageResponse.toJSON({ payload }) as Json);
  });
  add('post', '/message\\:stream', async (request, response, context) => {
    await sendStream(response, requestHandler.sendMessageStream(sendRequest(request), context));
  });
  const subscribe: Route = async (request, response, context) => {
    await sendStream(response, requestHandler.resubscribe({ id: taskIdIn(request), tenant: '' }, context));
  };
  add('get', '/tasks/:taskId\\:subscribe', subscribe);
  add('post', '/tasks/:taskId\\:subscribe', subscribe);
  add('post', '/tasks/:taskId\\:cancel', async (request, response, context) => {
    const cancel = { id: taskIdIn(request), tenant: '', metadata: {} };
    sendAnswer(request, response, Task.toJSON(await requestHandler.cancelTask(cancel, context)) as Json);
  });
  add('get', '/tasks/:taskId', async (request, response, context) => {
    const get = { id: taskIdIn(request), tenant: '', historyLength: historyLengthIn(request) };
    sendAnswer(request, response, Task.toJSON(await requestHandler.getTask(get, context)) as Json);
  });
  add('get', '/tasks', async (request, response, context) => {
    const list = listRequest(request);
    sendAnswer(request, response, listJson(await requestHandler.listTasks(list, context), list.includeArtifacts));
  });
  addPushRoutes(requestHandler, add);
  return router;
}

function addPushRoutes(
  requestHandler: NumberedRequestHandler,
  add: (method: 'get' | 'post' | 'delete', path: string, handle: Route) => void,
): void {
  const configs = '/tasks/:taskId/pushNotificationConfigs';
  const namedIn = (request: Request) => ({
    taskId: taskIdIn(request),
    id: String(request.params['configId']),
    tenant: '',
  });
  add('post', configs, async (request, response, context) => {
    const body = TaskPushNotificationConfig.fromJSON({ ...request.body, taskId: taskIdIn(request) });
    const config = await requestHandler.createTaskPushNotificationConfig(body, context);
    sendAnswer(request, response, TaskPushNotificationConfig.toJSON(config) as Json);
  });
  add('get', configs, async (request, response, context) => {
    const list = { taskId: taskIdIn(request), tenant: '', pageSize: 0, pageToken: '' };
    const found = await requestHandler.listTaskPushNotificationConfigs(list, context);
    sendAnswer(request, response, ListTaskPushNotificationConfigsResponse.toJSON(found) as Json);
  });
  add('get', `${configs}/:configId`, async (request, response, context) => {
    const config = await requestHandler.getTaskPushNotificationConfig(namedIn(request), context);
    sendAnswer(request, response, TaskPushNotificationConfig.toJSON(config) as Json);
  });
  add('delete', `${configs}/:configId`, async (request, response, context) => {
    await requestHandler.deleteTaskPushNotificationConfig(namedIn(request), context);
    // The JSON of an empty message. The clients in Go and Python take nothing else for a success.
    sendAnswer(request, response, {});
  });
}

function route(handle: Route): RequestHandler {
  return (request, response, next) => {
    handle(request, response, contextOf(response)).catch(refuse(request, response, next));
  };
}

function refuse(request: Request, response: Response, next: NextFunction): (error: unknown) => void {
  return (error) => {
    if (response.headersSent) return next(error);
    const { status, body } = toRestRefusal(error);
    sendAnswer(request, response, body, status);
  };
}

async function sendStream(response: Response, events: NumberedEvents): Promise<void> {
  await sendEvents(response, writtenStream(events), (error) => ({ data: toRestRefusal(error).body, name: 'error' }));
}

function sendRequest(request: Request): SendMessageRequest {
  return SendMessageRequest.fromJSON(request.body ?? {});
}

/** A listing has all of its fields, and its tasks have artifacts if the request includes them, although both may be empty. */
function listJson(response: ListTasksResponse, includeArtifacts = false): Json {
  const { tasks = [], ...page } = ListTasksResponse.toJSON(response) as { readonly tasks?: readonly Json[] };
  return {
    tasks: includeArtifacts ? tasks.map((task) => ({ artifacts: [], ...task })) : tasks,
    nextPageToken: '',
    pageSize: 0,
    totalSize: 0,
    ...page,
  };
}

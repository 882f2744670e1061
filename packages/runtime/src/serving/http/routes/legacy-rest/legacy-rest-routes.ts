import type { ServerCallContext } from '@a2a-js/sdk/server';
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { isA2AError } from '../../../../tasks/a2a-errors.js';
import type { NumberedRequestHandler } from '../../../a2a/numbered-event.js';
import { cardJson } from '../../../sdk/card-json.js';
import type { Json, NumberedStream } from '../../../sdk/json.js';
import { LegacyRestTransport, legacyErrorJson, toLegacyRestRefusal } from '../../../sdk/legacy-rest-transport.js';
import { sendEvents } from '../../answers/event-stream.js';
import { sendProtocolError } from '../../answers/protocol-error.js';
import { sendAnswer } from '../../answers/send-answer.js';
import { isLegacy } from '../../binding/protocol-version.js';
import { contextOf } from '../../guards/authenticate.js';
import { listRequest, taskIdIn } from '../rest-query.js';
import { isKnownToEncodeTwice, readsFileNames } from './file-bytes.js';
import { addLegacyPushRoutes } from './legacy-push-routes.js';
import { type FileDialect, fromProtoSend, toProtoEvent, toProtoTask } from './proto-json.js';

type Route = (request: Request, response: Response, context: ServerCallContext, files: FileDialect) => Promise<void>;

/**
 * REST of protocol 0.3, below `/v1`. The SDK's own routes answer 201 to a message where the protocol (section 3.2.3) and its
 * clients expect 200, drop the names of files, and support one way to encode their bytes.
 */
export function legacyRestRoutes(requestHandler: NumberedRequestHandler): Router {
  const router = Router();
  const transport = new LegacyRestTransport(requestHandler);
  router.use((request, _response, next) => next(isLegacy(request) ? undefined : 'router'));
  router.get(
    '/v1/card',
    route(async (request, response, context) => {
      const card = await requestHandler.getAuthenticatedExtendedAgentCard({ tenant: '' }, context);
      sendAnswer(request, response, cardJson(card));
    }),
  );
  router.post(
    '/v1/message\\:send',
    route(async (request, response, context, files) => {
      const result = await transport.sendMessage(sendParameters(request, files), context);
      // A result of another kind has no form in REST; the SDK returns none.
      sendAnswer(request, response, toProtoEvent(result, files) ?? {});
    }),
  );
  router.post(
    '/v1/message\\:stream',
    route(async (request, response, context, files) => {
      await sendStream(response, await transport.sendMessageStream(sendParameters(request, files), context), files);
    }),
  );
  router.post(
    '/v1/tasks/:taskId\\:cancel',
    route(async (request, response, context, files) => {
      sendAnswer(request, response, toProtoTask(await transport.cancelTask(taskIdIn(request), context), files));
    }),
  );
  const subscribe = route(async (request, response, context, files) => {
    await sendStream(response, await transport.resubscribe(taskIdIn(request), context), files);
  });
  router.get('/v1/tasks/:taskId\\:subscribe', subscribe);
  router.post('/v1/tasks/:taskId\\:subscribe', subscribe);
  router.get(
    '/v1/tasks',
    route(async (request, response, context, files) => {
      const { tasks, ...page } = await requestHandler.listTasks(listRequest(request), context);
      const legacy = await Promise.all(tasks.map((task) => transport.taskJson(task, context)));
      sendAnswer(request, response, { tasks: legacy.map((task) => toProtoTask(task, files)), ...page });
    }),
  );
  router.get(
    '/v1/tasks/:taskId',
    route(async (request, response, context, files) => {
      const length = request.query['historyLength'] ?? request.query['history_length'];
      sendAnswer(request, response, toProtoTask(await transport.getTask(taskIdIn(request), length, context), files));
    }),
  );
  addLegacyPushRoutes(router, transport, route);
  return router;
}

function route(handle: Route): RequestHandler {
  return (request, response, next) => {
    const files: FileDialect = {
      knownToEncodeTwice: isKnownToEncodeTwice(request.header('user-agent')),
      readsNames: readsFileNames(request.header('user-agent')),
      encodesTwice: undefined,
    };
    handle(request, response, contextOf(response), files).catch(refuse(request, response, next));
  };
}

/** The request handler throws errors of the protocol only; any other error was thrown by the SDK while it read the request. */
const NOT_UNDERSTOOD = {
  status: 400,
  rpcCode: -32602,
  statusName: 'INVALID_ARGUMENT',
  code: 'MESSAGE_INVALID',
  message: 'The request could not be understood: one of its fields has a wrong type or value.',
} as const;

function refuse(request: Request, response: Response, next: NextFunction): (error: unknown) => void {
  return (error) => {
    if (response.headersSent) return next(error);
    if (!isA2AError(error)) return sendProtocolError(request, response, NOT_UNDERSTOOD);
    const { status, body } = toLegacyRestRefusal(error);
    sendAnswer(request, response, body, status);
  };
}

async function sendStream(response: Response, events: NumberedStream, files: FileDialect): Promise<void> {
  await sendEvents(response, toProto(events, files), (error) => ({ data: legacyErrorJson(error), name: 'error' }));
}

async function* toProto(events: NumberedStream, files: FileDialect): NumberedStream {
  for await (const { seq, data } of events) yield { seq, data: toProtoEvent(data, files) ?? {} };
}

function sendParameters(request: Request, files: FileDialect): Json {
  return fromProtoSend((request.body ?? {}) as Json, files);
}

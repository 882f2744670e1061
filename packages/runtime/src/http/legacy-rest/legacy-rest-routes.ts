import { type ListTasksRequest, type Task, taskStateFromJSON } from '@a2a-js/sdk';
import { LegacyRestTransportHandler } from '@a2a-js/sdk/compat/v0_3/server';
import { restStatusFor, toRestErrorBody } from '@a2a-js/sdk/errors';
import { type A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server';
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { isA2AError, pushNotSupported } from '../../a2a/a2a-errors.js';
import { toLegacyError } from '../../a2a/legacy-errors.js';
import { wireCard } from '../../a2a/wire-card.js';
import { callerOfRequest } from '../callers.js';
import { beginEvents, writeEvent } from '../event-writer.js';
import { finalAtQuestion } from '../final-at-question.js';
import { sendProtocolError } from '../protocol-error.js';
import { isLegacy, versionOf } from '../protocol-version.js';
import { isKnownToEncodeTwice } from './file-bytes.js';
import { type FileDialect, fromProtoSend, toProtoEvent, toProtoTask } from './proto-json.js';

type Json = Readonly<Record<string, unknown>>;
type Route = (request: Request, response: Response, context: ServerCallContext, files: FileDialect) => Promise<void>;

/**
 * REST of protocol 0.3, below `/v1`. The SDK's own answers 201 to a message where the protocol (section 3.2.3) and its clients
 * want 200, drops the names of files, and knows one way to encode their bytes.
 */
export function legacyRestRoutes(requestHandler: A2ARequestHandler): Router {
  const router = Router();
  const transport = new LegacyRestTransportHandler(requestHandler);
  router.use((request, _response, next) => next(isLegacy(request) ? undefined : 'router'));
  router.get('/v1/card', (request, response, next) => {
    contextOf(request)
      .then((context) => requestHandler.getAuthenticatedExtendedAgentCard({ tenant: '' }, context))
      .then((card) => response.json(wireCard(card)))
      .catch(failure(request, response, next));
  });
  router.post(
    '/v1/message\\:send',
    route(async (request, response, context, files) => {
      const params = fromProtoSend((request.body ?? {}) as Json, files);
      const result = (await transport.sendMessage(params as never, context)) as unknown as Json;
      response.status(200).json(toProtoEvent(result, files));
    }),
  );
  router.post(
    '/v1/message\\:stream',
    route(async (request, response, context, files) => {
      const params = fromProtoSend((request.body ?? {}) as Json, files);
      await sendStream(await transport.sendMessageStream(params as never, context), response, files);
    }),
  );
  router.post(
    '/v1/tasks/:taskId\\:cancel',
    route(async (request, response, context, files) => {
      sendTask(response, await transport.cancelTask(idIn(request), context), files);
    }),
  );
  const subscribe = route(async (request, response, context, files) => {
    await sendStream(await transport.resubscribe(idIn(request), context), response, files);
  });
  router.get('/v1/tasks/:taskId\\:subscribe', subscribe);
  router.post('/v1/tasks/:taskId\\:subscribe', subscribe);
  router.get(
    '/v1/tasks',
    route(async (request, response, context, files) => {
      const { tasks, ...page } = await requestHandler.listTasks(listRequest(request), context);
      const told = await Promise.all(tasks.map((task) => toLegacyTask(task, context)));
      response.json({ tasks: told.map((task) => toProtoTask(task, encodesTwice(files))), ...page });
    }),
  );
  router.get(
    '/v1/tasks/:taskId',
    route(async (request, response, context, files) => {
      const length = request.query['historyLength'] ?? request.query['history_length'];
      sendTask(response, await transport.getTask(idIn(request), context, length), files);
    }),
  );
  router.use(/^\/v1\/tasks\/[^/]+\/pushNotificationConfigs(?:\/|$)/, (request, response, next) => {
    failure(request, response, next)(toLegacyError(pushNotSupported()));
  });
  return router;
}

function route(handle: Route): RequestHandler {
  return (request, response, next) => {
    const files: FileDialect = {
      knownToEncodeTwice: isKnownToEncodeTwice(request.header('user-agent')),
      encodesTwice: undefined,
    };
    contextOf(request)
      .then((context) => handle(request, response, context, files))
      .catch(failure(request, response, next));
  };
}

async function contextOf(request: Request): Promise<ServerCallContext> {
  return new ServerCallContext({ user: await callerOfRequest(request), requestedVersion: versionOf(request) });
}

/** Our own handler throws errors of the protocol only: whatever else is thrown, the SDK threw while it read the request. */
const NOT_UNDERSTOOD = {
  status: 400,
  rpcCode: -32602,
  statusName: 'INVALID_ARGUMENT',
  code: 'MESSAGE_INVALID',
  message: 'The request could not be understood: one of its fields has a wrong type or value.',
} as const;

/** Told in both shapes that clients of 0.3 look for: JavaScript's at the top, Go's below `error`. */
function failure(request: Request, response: Response, next: NextFunction): (error: unknown) => void {
  return (error) => {
    if (response.headersSent) return next(error);
    if (!isA2AError(error)) return sendProtocolError(request, response, NOT_UNDERSTOOD);
    const status = restStatusFor(error);
    const told = LegacyRestTransportHandler.mapToLegacyHTTPError(error);
    response.status(status).json({ ...told, ...toRestErrorBody(error, status) });
  };
}

async function sendStream(stream: AsyncGenerator<unknown>, response: Response, files: FileDialect): Promise<void> {
  let next = await stream.next();
  beginEvents(response);
  try {
    for (; !next.done; next = await stream.next()) {
      writeEvent(response, toProtoEvent(finalAtQuestion(next.value as Json), files));
    }
  } catch (error) {
    writeEvent(response, LegacyRestTransportHandler.mapToLegacyHTTPError(error), 'error');
  } finally {
    response.end();
  }
}

function sendTask(response: Response, task: unknown, files: FileDialect): void {
  response.json(toProtoTask(task as Json, encodesTwice(files)));
}

function encodesTwice({ encodesTwice: shown, knownToEncodeTwice }: FileDialect): boolean {
  return shown ?? knownToEncodeTwice;
}

/** The SDK translates a task for 0.3 only on its way out of a handler. */
async function toLegacyTask(task: Task, context: ServerCallContext): Promise<Json> {
  const handler = new LegacyRestTransportHandler({ getTask: async () => task } as unknown as A2ARequestHandler);
  return (await handler.getTask(task.id, context)) as unknown as Json;
}

function idIn(request: Request): string {
  return String(request.params['taskId']);
}

function listRequest(request: Request): ListTasksRequest {
  const { contextId, status, pageSize, pageToken, historyLength, statusTimestampAfter, includeArtifacts } =
    request.query as Readonly<Record<string, string | undefined>>;
  return {
    tenant: '',
    contextId: contextId ?? '',
    status: taskStateFromJSON(status === undefined || status === '' ? 0 : status),
    pageSize: numberIn(pageSize),
    pageToken: pageToken ?? '',
    historyLength: numberIn(historyLength),
    statusTimestampAfter: statusTimestampAfter || undefined,
    includeArtifacts: includeArtifacts === 'true',
  };
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

import { AGENT_CARD_PATH } from '@a2a-js/sdk';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { restHandler } from '@a2a-js/sdk/server/express';
import type { Logger } from '@molecule/adapters';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { incidentMessage } from '../a2a/a2a-errors.js';
import type { AccessControl } from '../access/access-control.js';
import type { AllowedHosts } from '../access/allowed-hosts.js';
import { RETRY_AFTER_SECONDS, shapeAnswers } from './answers.js';
import { belowBasePath } from './base-path.js';
import { browserGuard, refusalOf } from './browser-guard.js';
import { callerHistory } from './caller-history.js';
import { authenticate, callerOfRequest } from './callers.js';
import { cardRoutes } from './card-routes.js';
import { isRefused } from './connections.js';
import { cors } from './cors.js';
import { healthRoutes, type Readiness } from './health.js';
import { bodyErrors, contentTypeGuard, jsonBody } from './json-body.js';
import { legacyParts } from './legacy-parts.js';
import { legacyRestRoutes } from './legacy-rest/legacy-rest-routes.js';
import { JSON_RPC_PATHS, sendProtocolError } from './protocol-error.js';
import { negotiateVersion } from './protocol-version.js';
import { queryShape } from './query-shape.js';
import { requestShape } from './request-shape.js';
import { rpcRoutes } from './rpc-routes.js';
import { checkVersion } from './version-guard.js';

export interface AppOptions {
  readonly requestHandler: A2ARequestHandler;
  readonly access: AccessControl;
  readonly hosts: AllowedHosts;
  /** True: `Host` is checked on every connection, not on loopback alone. */
  readonly checkEveryHost: boolean;
  /** A path below which everything is served as well; empty: none. */
  readonly basePath: string;
  /** When the card last became another. */
  readonly cardChangedAt: () => Date;
  readonly readiness: () => Promise<Readiness>;
  /** True once the server has been told to stop: it answers, and takes no more connections for long. */
  readonly isStopping: () => boolean;
  /** Serves `GET /transcript`; it checks its callers itself. */
  readonly transcript: RequestHandler;
  /** Bytes that a request body may have. */
  readonly maxBodyBytes: number;
  /** Origins of pages that may call; empty: none. */
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
}

/** The HTTP face: card and health for everybody, A2A on JSON-RPC (`/`, `/a2a`) and REST for those who may. */
export function createApp(options: AppOptions): Express {
  const { requestHandler, access } = options;
  const guard = { hosts: options.hosts, tokens: access.required, everyConnection: options.checkEveryHost };
  const app = express();
  app.disable('x-powered-by');
  // A parameter is one string: the last, when it is given twice.
  app.set('query parser', (query: string | null) => Object.fromEntries(new URLSearchParams(query ?? '')));
  app.use(belowBasePath(options.basePath), negotiateVersion, shapeAnswers);
  app.use(tooManyConnections, closeWhenStopping(options.isStopping));
  if (options.corsOrigins.length > 0) app.use(cors(options.corsOrigins));
  app.use(
    healthRoutes({
      readiness: options.readiness,
      isStopping: options.isStopping,
      maySeeDetails: (request) => refusalOf(request, guard) === undefined,
    }),
  );
  app.use(browserGuard(guard));
  app.use(`/${AGENT_CARD_PATH}`, cardRoutes(requestHandler, options.cardChangedAt));
  app.get('/transcript', plainJson, options.transcript);
  app.use(authenticate(access), contentTypeGuard, jsonBody(options.maxBodyBytes), bodyErrors);
  app.use(checkVersion, legacyParts, callerHistory, requestShape, queryShape);
  const rpc = rpcRoutes(requestHandler, options.logger);
  for (const path of JSON_RPC_PATHS) app.post(path, rpc);
  app.use(legacyRestRoutes(requestHandler));
  app.use(restHandler({ requestHandler, userBuilder: callerOfRequest }));
  app.use(notFound(options.basePath));
  app.use(failure(options.logger));
  return app;
}

/** For what is no answer of the protocol. */
const plainJson: RequestHandler = (_request, response, next) => {
  response.type('json');
  next();
};

const tooManyConnections: RequestHandler = (request, response, next) => {
  if (!isRefused(request.socket)) return next();
  response.setHeader('Connection', 'close');
  response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  sendProtocolError(request, response, {
    status: 503,
    rpcCode: -32000,
    statusName: 'UNAVAILABLE',
    code: 'TOO_MANY_CONNECTIONS',
    message:
      'This server has as many connections as it takes (MOLECULE_MAX_CONNECTIONS), and none of them is idle. Try again in a moment.',
  });
};

/** The next request of this client goes to another process then. */
function closeWhenStopping(isStopping: () => boolean): RequestHandler {
  return (_request, response, next) => {
    if (isStopping()) response.setHeader('Connection', 'close');
    next();
  };
}

function notFound(basePath: string): RequestHandler {
  return (request, response) => {
    const path = request.originalUrl.split('?', 1)[0] ?? '';
    sendProtocolError(request, response, {
      status: 404,
      rpcCode: -32601,
      statusName: 'NOT_FOUND',
      code: 'PATH_NOT_FOUND',
      message: `There is nothing at ${request.method} ${path.slice(0, 200)}. A2A is served on POST ${basePath}/ and POST ${basePath}/a2a (JSON-RPC), and as REST below ${basePath}/; the card is at ${basePath}/${AGENT_CARD_PATH}.`,
    });
  };
}

function failure(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const { status } = error as { readonly status?: number };
    if (status !== undefined && status >= 400 && status < 500) {
      return sendProtocolError(request, response, {
        status,
        rpcCode: -32600,
        statusName: 'INVALID_ARGUMENT',
        code: 'REQUEST_INVALID',
        message: 'The request could not be understood: its path or headers are malformed.',
      });
    }
    const incident = crypto.randomUUID();
    logger.error('a request failed', { method: request.method, path: request.path, incident, error });
    return sendProtocolError(request, response, {
      status: 500,
      rpcCode: -32603,
      statusName: 'INTERNAL',
      code: 'INTERNAL',
      message: incidentMessage(incident),
    });
  };
}

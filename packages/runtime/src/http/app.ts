import { AGENT_CARD_PATH } from '@a2a-js/sdk';
import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { jsonRpcHandler, restHandler } from '@a2a-js/sdk/server/express';
import type { Logger } from '@molecule/adapters';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { incidentMessage } from '../a2a/a2a-errors.js';
import type { AccessControl } from '../access/access-control.js';
import { authenticate, callerOfRequest } from './callers.js';
import { cardRoutes } from './card-routes.js';
import { cors } from './cors.js';
import { healthRoutes, type Readiness } from './health.js';
import { hideInternals } from './hide-internals.js';
import { bodyErrors, contentTypeGuard, depthGuard, jsonBody } from './json-body.js';
import { legacyParts } from './legacy-parts.js';
import { JSON_RPC_PATHS, sendProtocolError } from './protocol-error.js';
import { requestShape } from './request-shape.js';
import { tellUnavailable } from './tell-unavailable.js';

export interface AppOptions {
  readonly requestHandler: A2ARequestHandler;
  readonly access: AccessControl;
  /** When the card last became another. */
  readonly cardChangedAt: () => Date;
  readonly readiness: () => Promise<Readiness>;
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
  const app = express();
  app.disable('x-powered-by');
  // A parameter is one string: the last, when it is given twice.
  app.set('query parser', (query: string | null) => Object.fromEntries(new URLSearchParams(query ?? '')));
  if (options.corsOrigins.length > 0) app.use(cors(options.corsOrigins));
  app.use(healthRoutes(options.readiness));
  app.use(`/${AGENT_CARD_PATH}`, cardRoutes(requestHandler, options.cardChangedAt));
  app.get('/transcript', options.transcript);
  app.use(authenticate(access), contentTypeGuard, jsonBody(options.maxBodyBytes), bodyErrors, depthGuard);
  app.use(legacyParts, requestShape, hideInternals, tellUnavailable);
  const transport = { requestHandler, userBuilder: callerOfRequest, legacyCompat: { enabled: true } };
  const rpc = jsonRpcHandler(transport);
  for (const path of JSON_RPC_PATHS) app.post(path, mounted(rpc));
  app.use(restHandler(transport));
  app.use(notFound);
  app.use(failure(options.logger));
  return app;
}

/** Runs a router that knows only `/` for the path that it was mounted at. */
function mounted(router: RequestHandler): RequestHandler {
  return (request, response, next) => {
    request.url = '/';
    return router(request, response, next);
  };
}

const notFound: RequestHandler = (request, response) => {
  sendProtocolError(request, response, {
    status: 404,
    rpcCode: -32601,
    statusName: 'NOT_FOUND',
    code: 'PATH_NOT_FOUND',
    message: `There is nothing at ${request.method} ${request.path}. A2A is served on POST / and POST /a2a (JSON-RPC), and as REST; the card is at /${AGENT_CARD_PATH}.`,
  });
};

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

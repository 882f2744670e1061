import type { Logger } from '@molecule/adapters';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { AGENT_CARD_PATH } from '../../support/network/agent-card-path.js';
import type { AllowedHosts } from '../../support/network/allowed-hosts.js';
import { KEY_SET_PATH } from '../../support/network/key-set-path.js';
import { incidentMessage } from '../../tasks/a2a-errors.js';
import { StorageError, storageMessage } from '../../tasks/storage/storage-error.js';
import type { NumberedRequestHandler } from '../a2a/numbered-event.js';
import { RETRY_AFTER_SECONDS } from '../a2a/own-status.js';
import type { AccessControl } from '../access/access-control.js';
import { sendProtocolError } from './answers/protocol-error.js';
import { JSON_RPC_PATHS } from './binding/binding.js';
import { negotiateVersion } from './binding/protocol-version.js';
import { isRefused } from './connections/connections.js';
import { authenticate } from './guards/authenticate.js';
import { belowBasePath } from './guards/base-path.js';
import { browserGuard, refusalOf } from './guards/browser-guard.js';
import { cors } from './guards/cors.js';
import { negotiateExtensions } from './guards/negotiate-extensions.js';
import { CONSOLE_PATH, opensConsole } from './guards/opens-console.js';
import { platformEntry } from './guards/platform-entry.js';
import { checkVersion } from './guards/version-guard.js';
import { callerHistory } from './requests/caller-history.js';
import { bodyErrors, contentTypeGuard, jsonBody } from './requests/json-body.js';
import { legacyParts } from './requests/legacy-parts.js';
import { queryShape } from './requests/query-shape.js';
import { requestShape } from './requests/request-shape.js';
import { cardRoutes, type ServedCards } from './routes/card-routes.js';
import { type Health, healthRoutes } from './routes/health.js';
import { legacyRestRoutes } from './routes/legacy-rest/legacy-rest-routes.js';
import type { OwnRoutes } from './routes/own-routes.js';
import { restRoutes } from './routes/rest-routes.js';
import { rpcRoutes } from './routes/rpc-routes.js';

interface HttpSettings extends Pick<RuntimeSettings, 'basePath' | 'maxBodyBytes' | 'corsOrigins' | 'allowedHosts'> {
  /** The secret of a platform's own way in; undefined: it needs none. */
  readonly entry?: string | undefined;
}

export interface AppOptions {
  readonly requestHandler: NumberedRequestHandler;
  readonly access: AccessControl;
  readonly hosts: AllowedHosts;
  readonly settings: HttpSettings;
  readonly card: ServedCards;
  readonly health: Health;
  readonly routes: OwnRoutes;
  readonly logger: Logger;
}

/** The HTTP server's application: card and health without a token, A2A by JSON-RPC (`/`, `/a2a`) and REST with one. */
export function createApp(options: AppOptions): Express {
  const { requestHandler, access, card, hosts, health, routes, logger } = options;
  const { basePath, maxBodyBytes, corsOrigins, allowedHosts, entry } = options.settings;
  const { required: tokens, takesCertificates: certificates } = access;
  const guard = { hosts, tokens, certificates, everyConnection: allowedHosts.length > 0 };
  const app = express();
  app.disable('x-powered-by');
  // If a query parameter is given twice, the last value counts.
  app.set('query parser', (query: string | null) => Object.fromEntries(new URLSearchParams(query ?? '')));
  app.use(belowBasePath(basePath));
  if (entry !== undefined) app.use(platformEntry(entry));
  app.use(negotiateVersion);
  app.use(tooManyConnections, closeWhenStopping(health.isStopping));
  if (corsOrigins.length > 0) app.use(cors(corsOrigins));
  app.use(healthRoutes({ ...health, maySeeDetails: (request) => refusalOf(request, guard) === undefined }));
  const ownConsole = routes.console;
  app.use(browserGuard(guard, (request) => ownConsole !== undefined && opensConsole(request)));
  app.use(cardRoutes(requestHandler, card));
  app.get(KEY_SET_PATH, routes.keys);
  app.get('/transcript', routes.transcript);
  const identified = [negotiateExtensions(card.cards.extensions), authenticate(access)];
  if (ownConsole) {
    app.use(`${CONSOLE_PATH}/api`, identified, ownConsole.api, notFound(basePath));
    app.use(CONSOLE_PATH, ownConsole.pages);
  }
  app.use(identified);
  app.get('/files/:taskId/:digest', routes.files);
  app.use(contentTypeGuard, jsonBody(maxBodyBytes), bodyErrors);
  app.use(checkVersion, legacyParts, callerHistory, requestShape, queryShape);
  const rpc = rpcRoutes(requestHandler, logger);
  for (const path of JSON_RPC_PATHS) app.post(path, rpc);
  app.use(legacyRestRoutes(requestHandler), restRoutes(requestHandler));
  app.use(notFound(basePath));
  app.use(failure(logger));
  return app;
}

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
      'This server has reached its number of connections (MOLECULE_MAX_CONNECTIONS), and none of them is idle. Try again in a moment.',
  });
};

/** The client's next request can then reach another process. */
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
      message: `There is nothing at ${request.method} ${path.slice(0, 200)}. A2A is served on POST ${basePath}/ and POST ${basePath}/a2a (JSON-RPC), and as REST below ${basePath}/; the card is at ${basePath}${AGENT_CARD_PATH}.`,
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
    // The log has reported the failure of the storage once, when it began.
    if (StorageError.is(error)) {
      return sendProtocolError(request, response, {
        status: 503,
        rpcCode: -32603,
        statusName: 'UNAVAILABLE',
        code: error.code,
        message: `${storageMessage(error.code)} Send the request again in some seconds.`,
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

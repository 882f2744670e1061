import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { RequestHandler, Response } from 'express';
import { callContext } from '../../a2a/caller.js';
import type { AccessControl } from '../../access/access-control.js';
import { sendProtocolError } from '../answers/protocol-error.js';
import { namesVersion, versionOf } from '../binding/protocol-version.js';
import { HttpClientStream } from '../connections/http-client-stream.js';
import { filesOf } from '../files/files-of.js';
import { httpCredentials } from './http-credentials.js';
import { extensionsOf } from './negotiate-extensions.js';

/** JSON-RPC and A2A define no code for a missing token. This one is for errors of a server's own; the request is not malformed. */
const UNAUTHENTICATED = -32000;
const NEEDED =
  'This agent must know who calls: send "Authorization: Bearer <token>", or what else the securitySchemes of its card name. The operator of the agent finds in its log why a token was refused.';

interface Locals {
  readonly context?: ServerCallContext;
}

/** Identifies the sender of a request; refuses a request whose sender is unknown with 401. */
export function authenticate(access: AccessControl): RequestHandler {
  return async (request, response, next) => {
    const principal = await access.admit(httpCredentials(request));
    if (principal === undefined) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      return sendProtocolError(request, response, {
        status: 401,
        rpcCode: UNAUTHENTICATED,
        statusName: 'UNAUTHENTICATED',
        code: 'UNAUTHENTICATED',
        message: NEEDED,
      });
    }
    const caller = {
      ...principal,
      userName: principal.owner,
      isAuthenticated: access.required,
      traceparent: request.header('traceparent'),
      namesVersion: namesVersion(request),
      client: new HttpClientStream(request, response),
      extensions: extensionsOf(response),
      files: filesOf(response),
    };
    response.locals['context'] = callContext(caller, versionOf(request));
    return next();
  };
}

/** The context of an authenticated request, for the request handler. */
export function contextOf(response: Response): ServerCallContext {
  const { context } = response.locals as Locals;
  if (context === undefined) throw new TypeError('The request was not authenticated.');
  return context;
}

import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { RequestHandler, Response } from 'express';
import { callContext } from '../../a2a/caller.js';
import type { AccessControl } from '../../access/access-control.js';
import { sendProtocolError } from '../answers/protocol-error.js';
import { namesVersion, versionOf } from '../binding/protocol-version.js';
import { HttpClientStream } from '../connections/http-client-stream.js';
import { filesOf } from '../files/files-of.js';

/** JSON-RPC and A2A define no code for a missing token. This one is for errors of a server's own; the request is not malformed. */
const UNAUTHENTICATED = -32000;

interface Locals {
  readonly context?: ServerCallContext;
}

/** Identifies the sender of a request by its token; refuses a request without a known token with 401. */
export function authenticate(access: AccessControl): RequestHandler {
  return (request, response, next) => {
    const owner = access.ownerOf(request.header('authorization'));
    if (owner === undefined) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      return sendProtocolError(request, response, {
        status: 401,
        rpcCode: UNAUTHENTICATED,
        statusName: 'UNAUTHENTICATED',
        code: 'UNAUTHENTICATED',
        message: 'This agent needs a bearer token: send "Authorization: Bearer <token>" with one from its operator.',
      });
    }
    const caller = {
      owner,
      userName: owner,
      isAuthenticated: access.required,
      traceparent: request.header('traceparent'),
      namesVersion: namesVersion(request),
      client: new HttpClientStream(request, response),
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

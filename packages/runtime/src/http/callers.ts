import type { RequestHandler } from 'express';
import { Caller } from '../a2a/caller.js';
import { ClientConnection } from '../a2a/client-connection.js';
import type { AccessControl } from '../access/access-control.js';
import { improveEventStream } from './event-stream.js';
import { sendProtocolError } from './protocol-error.js';
import { namesVersion } from './protocol-version.js';

/** Neither JSON-RPC nor A2A has a code for it. This is the one for errors of a server's own; nothing about the request is malformed. */
const UNAUTHENTICATED = -32000;

const callers = new WeakMap<object, Caller>();

/** Finds out who sends a request; refuses it with 401 when that is nobody we know. */
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
    const connection = new ClientConnection(request, response);
    improveEventStream(response, connection);
    const traceparent = request.header('traceparent');
    const isAuthenticated = access.required;
    callers.set(
      request,
      new Caller({ owner, isAuthenticated, connection, traceparent, namesVersion: namesVersion(request) }),
    );
    return next();
  };
}

/** The caller that `authenticate` found; the SDK asks for it with each request. */
export async function callerOfRequest(request: object): Promise<Caller> {
  const caller = callers.get(request);
  if (!caller) throw new TypeError('The request was not authenticated.');
  return caller;
}

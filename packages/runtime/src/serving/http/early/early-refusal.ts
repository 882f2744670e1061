import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { A2AError } from '@a2a-js/sdk/errors';
import type { AccessControl } from '../../access/access-control.js';
import { missingScope } from '../../access/operation-scopes.js';
import { isRefused } from '../connections/connections.js';
import { httpCredentials } from '../guards/http-credentials.js';
import { type NewMessage, newMessageIn } from './new-message.js';
import { refusalBody } from './refusal-body.js';

/** A larger body is read and refused with the others, since its room is bounded. */
const MOST_BYTES = 16 * 1024;

export interface EarlyRefusalOptions {
  readonly access: AccessControl;
  /** True while every new message of some owner would be refused. */
  readonly isFull: () => boolean;
  /** Why this message is refused now; undefined if it may be accepted, or was accepted before. */
  readonly refusalOf: (owner: string, message: NewMessage) => Promise<A2AError | undefined>;
}

/**
 * Refuses new messages before the application sees them while the queue of turns is full. What the application does for a request
 * costs several times as much, so a flood of messages would take the time of accepted ones. Only plain cases are decided here, with
 * the answer that the application would give; it gets every other request.
 */
export function refuseEarly(app: RequestListener, options: EarlyRefusalOptions): RequestListener {
  return (request, response) => {
    if (!options.isFull() || !isPlain(request)) return app(request, response);
    request.once('readable', () => {
      void decide(request, response, options).then((decided) => {
        if (!decided) app(request, response);
      });
    });
  };
}

/** True for a small body of JSON, without what the application must look at before. */
function isPlain(request: IncomingMessage): boolean {
  const { headers, method, socket } = request;
  const length = Number(headers['content-length']);
  return (
    method === 'POST' &&
    length > 0 &&
    length <= MOST_BYTES &&
    headers['content-encoding'] === undefined &&
    headers.expect === undefined &&
    // A web page may have sent it.
    headers.origin === undefined &&
    !isRefused(socket)
  );
}

/** True if the request has been answered. */
async function decide(
  request: IncomingMessage,
  response: ServerResponse,
  { access, refusalOf }: EarlyRefusalOptions,
): Promise<boolean> {
  const bytes = request.read() as Buffer | null;
  // The application reads it again.
  if (bytes) request.unshift(bytes);
  const identity = await access.identify(httpCredentials(request));
  // The application also refuses a caller who may not send.
  if (!('principal' in identity) || missingScope(identity.principal.scopes, 'sendMessage') !== undefined) return false;
  if (bytes?.length !== Number(request.headers['content-length'])) return false;
  const message = newMessageIn(request, bytes);
  if (!message) return false;
  const refusal = await refusalOf(identity.principal.owner, message).catch(() => undefined);
  if (!refusal) return false;
  const { body, status, contentType, retryAfterSeconds } = refusalBody(refusal, message);
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Retry-After': String(retryAfterSeconds),
  });
  response.end(body);
  // Its connection then takes the next request.
  request.resume();
  return true;
}

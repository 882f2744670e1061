import type { Request, RequestHandler, Response } from 'express';
import { isIncidentMessage } from '../a2a/a2a-errors.js';
import { isStorageMessage } from '../storage/storage-error.js';
import { beginEvents, writeEvent } from './event-writer.js';
import { jsonText } from './json-text.js';
import { DOMAIN, ERROR_INFO, isRpcRequest } from './protocol-error.js';
import { isLegacy } from './protocol-version.js';
import { isStreamingMethod } from './rpc-methods.js';

export const JSON_TYPE = 'application/json';
export const A2A_TYPE = 'application/a2a+json';

/** Seconds after which a client may try again what a busy or stopping server has refused: another takes about as long to start. */
export const RETRY_AFTER_SECONDS = 5;
/** What passes: the codes that are told with HTTP 503, and the seconds after which to send again. A full disk is emptied by a person. */
const UNAVAILABLE: ReadonlyMap<string | undefined, number> = new Map([
  ['SERVER_STOPPING', RETRY_AFTER_SECONDS],
  ['STORAGE_FULL', 10],
  ['STORAGE_UNAVAILABLE', 10],
]);

const NOT_UNDERSTOOD = 'The request could not be understood: one of its fields has a wrong type or value.';

interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
  readonly details?: unknown;
}

/**
 * What every JSON answer of the protocol has in common: its content type is the one that the client accepts, no character of it
 * ends a line for anybody, nothing of our insides is told, and what a server
 * cannot take now is a 503.
 */
export const shapeAnswers: RequestHandler = (request, response, next) => {
  response.json = (body: unknown) => {
    const told = tellUnavailable(withCode(withoutInternals(body, response), request), response);
    if (wantsEvent(request, response, told)) {
      beginEvents(response);
      writeEvent(response, told);
      return response.end();
    }
    const type = response.getHeader('Content-Type');
    if (type === undefined || type === A2A_TYPE) response.setHeader('Content-Type', answerType(request));
    return response.send(jsonText(told));
  };
  next();
};

/**
 * A stream of JSON-RPC that never began. Protocol 0.3 tells it by an event (section 7.2.1), and its clients read nothing else; 1.0
 * by JSON. What is told by an HTTP status is JSON in either.
 */
function wantsEvent(request: Request, response: Response, body: unknown): boolean {
  if (!isRpcRequest(request) || !isLegacy(request) || response.statusCode !== 200) return false;
  const { error } = (body ?? {}) as { readonly error?: unknown };
  const { method } = (request.body ?? {}) as { readonly method?: unknown };
  return error !== undefined && isStreamingMethod(method);
}

/** What the SDK itself refuses, it refuses without a code of ours. */
function withCode(body: unknown, request: Request): unknown {
  const { error } = (body ?? {}) as { readonly error?: ErrorBody };
  if (error === undefined || typeof error.message !== 'string' || errorCodeIn(body) !== undefined) return body;
  const [first, ...others] = listIn(error);
  const info = {
    '@type': ERROR_INFO,
    reason: 'REQUEST_INVALID',
    domain: DOMAIN,
    ...first,
    metadata: { code: 'REQUEST_INVALID' },
  };
  const name = isRpcRequest(request) ? 'data' : 'details';
  return { ...(body as object), error: { ...error, [name]: [info, ...others] } };
}

/**
 * JSON-RPC and protocol 0.3 answer as JSON. REST of 1.0 answers as A2A's own type (section 11.1), unless the client accepts
 * plain JSON and not that: so did clients of 1.0.0, and patch versions do not negotiate.
 */
function answerType(request: Request): string {
  if (isRpcRequest(request) || isLegacy(request)) return JSON_TYPE;
  // Who accepts neither, such as one that asks for a stream, reads an error as plain JSON at the best.
  return request.accepts([A2A_TYPE, JSON_TYPE]) || JSON_TYPE;
}

/**
 * Whatever fails behind our request handler is told as an incident; so an internal error of any other text was thrown while
 * the SDK read the request, and its text is about our code.
 */
export function withoutInternals(body: unknown, response?: Response): unknown {
  const { error } = (body ?? {}) as { readonly error?: ErrorBody };
  const found = error ?? ((body ?? {}) as ErrorBody);
  if (!isInternal(found)) return body;
  if (response?.statusCode === 500) response.status(400);
  const malformed =
    found.code === 500
      ? { code: 400, status: 'INVALID_ARGUMENT', message: NOT_UNDERSTOOD }
      : { code: -32602, message: NOT_UNDERSTOOD };
  return error === undefined ? malformed : { ...(body as object), error: malformed };
}

/** The stable code that an error answer carries, on whichever binding. */
export function errorCodeIn(body: unknown): string | undefined {
  const { error, data } = (body ?? {}) as { readonly error?: ErrorBody; readonly data?: unknown };
  const [info] = listIn(error ?? { data });
  const code = (info?.['metadata'] as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** `data` of JSON-RPC, `details` of REST. */
function listIn({ data, details }: ErrorBody): readonly Readonly<Record<string, unknown>>[] {
  const list = data ?? details;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
}

/** The SDK has no such status, on no binding. */
function tellUnavailable(body: unknown, response: Response): unknown {
  const seconds = UNAVAILABLE.get(errorCodeIn(body));
  if (seconds === undefined) return body;
  response.status(503).setHeader('Retry-After', String(seconds));
  const { error } = body as { readonly error?: ErrorBody };
  // In REST the body repeats the status.
  return error?.details === undefined
    ? body
    : { ...(body as object), error: { ...error, code: 503, status: 'UNAVAILABLE' } };
}

function isInternal({ code, message }: ErrorBody): boolean {
  if ((code !== -32603 && code !== 500) || typeof message !== 'string') return false;
  return !isIncidentMessage(message) && !isStorageMessage(message);
}

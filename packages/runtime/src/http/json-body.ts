import { A2A_ERROR_CODE } from '@a2a-js/sdk/errors';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { isRpcRequest, sendProtocolError } from './protocol-error.js';

/** Deeper JSON than this is no message; the recursive code behind us would run out of stack on it. */
const MAX_DEPTH = 100;

const CONTENT_TYPES = ['application/json', 'application/a2a+json'];

/** Reads JSON bodies up to `limitBytes`, before the SDK's own handlers, whose limit is fixed at 100 kB. */
export function jsonBody(limitBytes: number): RequestHandler {
  return express.json({ limit: limitBytes, type: CONTENT_TYPES, strict: false });
}

/** Refuses a body of another content type; JSON-RPC knows JSON only, REST its own, too (A2A 1.0, sections 9.1 and 11.1). */
export const contentTypeGuard: RequestHandler = (request, response, next) => {
  const type = request.header('content-type');
  const wanted = isRpcRequest(request) ? ['application/json'] : CONTENT_TYPES;
  if (type === undefined || request.is(wanted) !== false) return next();
  sendProtocolError(request, response, {
    status: 415,
    rpcCode: A2A_ERROR_CODE.CONTENT_TYPE_NOT_SUPPORTED,
    statusName: 'INVALID_ARGUMENT',
    code: 'CONTENT_TYPE_NOT_SUPPORTED',
    message: `The request body is sent as ${JSON.stringify(type)}. Send JSON, with Content-Type ${wanted.join(' or ')}.`,
  });
};

/** Refuses a body that nests too deep. */
export const depthGuard: RequestHandler = (request, response, next) => {
  if (!nestsDeeper(request.body, MAX_DEPTH)) return next();
  sendProtocolError(request, response, {
    status: 400,
    rpcCode: -32600,
    statusName: 'INVALID_ARGUMENT',
    code: 'BODY_TOO_DEEP',
    message: `The request's JSON nests deeper than ${MAX_DEPTH} levels.`,
  });
};

/** Turns what `express.json` throws into the protocol's errors. */
export const bodyErrors: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const { type, status } = error as { readonly type?: string; readonly status?: number };
  if (type === 'entity.parse.failed') {
    return sendProtocolError(request, response, {
      status: 400,
      rpcCode: -32700,
      statusName: 'INVALID_ARGUMENT',
      code: 'BODY_NOT_JSON',
      message: 'The request body is not valid JSON.',
    });
  }
  if (type === 'entity.too.large') {
    const { limit } = error as { readonly limit?: number };
    return sendProtocolError(request, response, {
      status: 413,
      rpcCode: -32600,
      statusName: 'RESOURCE_EXHAUSTED',
      code: 'BODY_TOO_LARGE',
      message: `The request body is larger than the ${limit ?? 'configured'} bytes that this server takes (MOLECULE_MAX_BODY). Send large files by url.`,
    });
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return sendProtocolError(request, response, {
      status,
      rpcCode: -32600,
      statusName: 'INVALID_ARGUMENT',
      code: 'BODY_UNREADABLE',
      message: 'The request body could not be read: its encoding, charset or length is wrong.',
    });
  }
  return next(error);
};

function nestsDeeper(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'object' && item !== null) for (const inner of containers(item)) next.push(inner);
    }
    level = next;
  }
  return false;
}

function containers(item: object): unknown[] {
  return Object.values(item).filter((inner) => typeof inner === 'object' && inner !== null);
}

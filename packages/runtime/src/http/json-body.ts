import { A2A_ERROR_CODE } from '@a2a-js/sdk/errors';
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { A2A_TYPE, JSON_TYPE } from './answers.js';
import { measureJson } from './json-scan.js';
import { isRpcRequest, type ProtocolError, sendProtocolError } from './protocol-error.js';

/** Deeper JSON than this is no message; the recursive code behind us would run out of stack on it. */
const MAX_DEPTH = 100;
/** More values than this are a file, not a message: each costs some microseconds from here to the log, and all at once. */
const MAX_VALUES = 100_000;

const CONTENT_TYPES = [JSON_TYPE, A2A_TYPE];

/** Reads JSON bodies up to `limitBytes`, before the SDK's own handlers, whose limit is fixed at 100 kB. */
export function jsonBody(limitBytes: number): RequestHandler {
  return express.json({
    limit: limitBytes,
    type: CONTENT_TYPES,
    strict: false,
    verify: (_request, _response, bytes, encoding) => checkSize(bytes, encoding),
  });
}

function checkSize(bytes: Buffer, encoding: string): void {
  // JSON between systems is UTF-8 (RFC 8259, section 8.1).
  if (encoding !== 'utf-8') throw refused('entity.charset');
  const { depth, values } = measureJson(bytes, { depth: MAX_DEPTH, values: MAX_VALUES });
  if (depth > MAX_DEPTH) throw refused('entity.too.deep');
  if (values > MAX_VALUES) throw refused('entity.too.many');
}

function refused(type: keyof typeof BODY_ERRORS): Error {
  return Object.assign(new Error(type), { type });
}

/** Refuses a body of another content type; JSON-RPC knows JSON only, REST its own, too (A2A 1.0, sections 9.1 and 11.1). */
export const contentTypeGuard: RequestHandler = (request, response, next) => {
  const type = request.header('content-type');
  const wanted = isRpcRequest(request) ? [JSON_TYPE] : CONTENT_TYPES;
  if (type === undefined ? !hasBody(request) : request.is(wanted) !== false) return next();
  const found = type === undefined ? 'without a Content-Type' : `as ${JSON.stringify(type)}`;
  sendProtocolError(request, response, {
    status: 415,
    rpcCode: A2A_ERROR_CODE.CONTENT_TYPE_NOT_SUPPORTED,
    statusName: 'INVALID_ARGUMENT',
    code: 'CONTENT_TYPE_NOT_SUPPORTED',
    message: `The request body is sent ${found}. Send JSON, with Content-Type ${wanted.join(' or ')}.`,
  });
};

function hasBody(request: Request): boolean {
  const length = request.header('content-length');
  return request.header('transfer-encoding') !== undefined || (length !== undefined && Number(length) > 0);
}

const INVALID = { status: 400, rpcCode: -32600, statusName: 'INVALID_ARGUMENT' } as const;

/** What `express.json` throws, and the check before it, as errors of the protocol. */
const BODY_ERRORS = {
  'entity.parse.failed': {
    ...INVALID,
    rpcCode: -32700,
    code: 'BODY_NOT_JSON',
    message: 'The request body is not valid JSON.',
  },
  'entity.too.deep': {
    ...INVALID,
    code: 'BODY_TOO_DEEP',
    message: `The request's JSON nests deeper than ${MAX_DEPTH} levels.`,
  },
  'entity.too.many': {
    status: 413,
    rpcCode: -32600,
    statusName: 'RESOURCE_EXHAUSTED',
    code: 'BODY_TOO_MANY_VALUES',
    message: `The request's JSON has more than ${MAX_VALUES} values. Send so much data as a file: raw bytes, or by url.`,
  },
  'entity.charset': {
    status: 415,
    rpcCode: -32600,
    statusName: 'INVALID_ARGUMENT',
    code: 'BODY_UNREADABLE',
    message: 'The request body is not sent as UTF-8, which JSON is.',
  },
} as const satisfies Readonly<Record<string, ProtocolError>>;

/** Turns what reading a body throws into the protocol's errors. */
export const bodyErrors: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const { type, status, limit } = error as {
    readonly type?: string;
    readonly status?: number;
    readonly limit?: number;
  };
  if (type !== undefined && type in BODY_ERRORS) {
    return sendProtocolError(request, response, BODY_ERRORS[type as keyof typeof BODY_ERRORS]);
  }
  if (type === 'entity.too.large') {
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
      ...INVALID,
      status,
      code: 'BODY_UNREADABLE',
      message: 'The request body could not be read: its encoding, charset or length is wrong.',
    });
  }
  return next(error);
};

import { A2A_ERROR_CODE } from '@a2a-js/sdk/errors';
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { MAX_DEPTH, MAX_FIELDS, MAX_VALUES } from '../../a2a/request-bounds.js';
import { type ProtocolError, sendProtocolError } from '../answers/protocol-error.js';
import { A2A_TYPE, isRpcRequest, JSON_TYPE } from '../binding/binding.js';
import { filesOf } from '../files/files-of.js';
import type { RequestFiles } from '../files/request-files.js';
import { BodyRoom } from './body-room.js';
import { measureJson } from './json-scan.js';
import { parseWithFiles } from './parse-with-files.js';

const CONTENT_TYPES = [JSON_TYPE, A2A_TYPE];

/** Bodies that are read at the same time may together have as many bytes as this number of the largest ones. */
const LARGEST_AT_ONCE = 4;

/**
 * Reads JSON bodies of up to `limitBytes`. Large ones wait until others are read, and the files in them do not become part of the
 * parsed JSON.
 */
export function jsonBody(limitBytes: number): RequestHandler[] {
  const room = new BodyRoom(LARGEST_AT_ONCE * limitBytes);
  const bytes = express.raw({ limit: limitBytes, type: CONTENT_TYPES });
  const read: RequestHandler = (request, response, next) => {
    room.enter(bytesOf(request, limitBytes)).then((leave) => {
      filesOf(response).onStored(leave);
      if (response.closed) leave();
      else response.once('close', leave);
      bytes(request, response, (error?: unknown) => {
        // A request that did not announce its length may turn out to be small, and its answer may be a long stream.
        if (!Buffer.isBuffer(request.body) || !BodyRoom.needsRoom(request.body.length)) leave();
        next(error);
      });
    }, next);
  };
  return [read, parse];
}

const parse: RequestHandler = (request, response, next) => {
  const { body } = request as { readonly body?: unknown };
  if (!Buffer.isBuffer(body)) return next();
  parsed(body, request, filesOf(response)).then((value) => {
    request.body = value;
    next();
  }, next);
};

async function parsed(body: Buffer, request: Request, files: RequestFiles): Promise<unknown> {
  if (body.length === 0) return {};
  // JSON between systems is UTF-8 (RFC 8259, section 8.1).
  if (charsetOf(request) !== 'utf-8') throw refused('entity.charset');
  checkSize(body);
  try {
    return await parseWithFiles(body, files);
  } catch (error) {
    if (error instanceof SyntaxError) throw refused('entity.parse.failed');
    throw error;
  }
}

function charsetOf(request: Request): string {
  const [, charset = 'utf-8'] = /;\s*charset="?([^\s;"]+)/i.exec(request.header('content-type') ?? '') ?? [];
  return charset.toLowerCase();
}

/** How many bytes the body may have; a compressed one, and one without a length, may be the largest. */
function bytesOf(request: Request, limitBytes: number): number {
  if (!hasBody(request)) return 0;
  const length =
    request.header('content-encoding') === undefined ? Number(request.header('content-length')) : Number.NaN;
  return Number.isNaN(length) ? limitBytes : Math.min(length, limitBytes);
}

function checkSize(bytes: Buffer): void {
  const bounds = { depth: MAX_DEPTH, values: MAX_VALUES, fields: MAX_FIELDS };
  const { depth, values, fields } = measureJson(bytes, bounds);
  if (depth > MAX_DEPTH) throw refused('entity.too.deep');
  if (values > MAX_VALUES || fields > MAX_FIELDS) throw refused('entity.too.many');
}

function refused(type: keyof typeof BODY_ERRORS): Error {
  return Object.assign(new Error(type), { type });
}

/** Refuses a body of another content type: JSON-RPC allows JSON only, REST also A2A's own type (A2A 1.0, sections 9.1 and 11.1). */
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

/** The errors of `express.json`, and of the check before it, as errors of the protocol. */
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
    message: `The request's JSON has more than ${MAX_VALUES} values, or more than ${MAX_FIELDS} fields. Send large data as a file: raw bytes, or by URL.`,
  },
  'entity.charset': {
    status: 415,
    rpcCode: -32600,
    statusName: 'INVALID_ARGUMENT',
    code: 'BODY_UNREADABLE',
    message: 'The request body is not UTF-8, which JSON requires.',
  },
} as const satisfies Readonly<Record<string, ProtocolError>>;

/** Answers an error of reading a body with an error of the protocol. */
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
      message: `The request body is larger than the ${limit ?? 'configured'} bytes that this server accepts (MOLECULE_MAX_BODY). Send large files by URL.`,
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

import type { RequestHandler } from 'express';
import { isObject } from '../../../support/is-object.js';
import { NULL_DATA } from '../../../tasks/events/null-data.js';
import { type ProtocolError, sendProtocolError } from '../answers/protocol-error.js';
import { isRpcRequest } from '../binding/binding.js';
import { contentProblem } from './part-problem.js';

type Shape = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'role';
/** The names of fields, with their shapes. */
type Fields = readonly (readonly [name: string, shape: Shape])[];

const PARAMS = fields({
  id: 'string',
  name: 'string',
  taskId: 'string',
  contextId: 'string',
  tenant: 'string',
  pageToken: 'string',
  message: 'object',
  configuration: 'object',
  metadata: 'object',
});
const MESSAGE = fields({
  messageId: 'string',
  contextId: 'string',
  taskId: 'string',
  role: 'role',
  parts: 'array',
  content: 'array',
  metadata: 'object',
  extensions: 'array',
  referenceTaskIds: 'array',
});
const PART = fields({
  text: 'string',
  raw: 'string',
  url: 'string',
  filename: 'string',
  mediaType: 'string',
  metadata: 'object',
});
const FILE = fields({
  bytes: 'string',
  uri: 'string',
  fileWithBytes: 'string',
  fileWithUri: 'string',
  name: 'string',
  mimeType: 'string',
});
const CONFIGURATION = fields({
  acceptedOutputModes: 'array',
  historyLength: 'number',
  blocking: 'boolean',
  returnImmediately: 'boolean',
});

/**
 * Refuses a request whose fields have wrong JSON types. The SDK would turn them into text (`[object Object]`), drop them, or
 * throw.
 */
export const requestShape: RequestHandler = (request, response, next) => {
  const { body } = request as { readonly body?: unknown };
  if (isRpcRequest(request)) {
    if (!isEnvelope(body)) return sendProtocolError(request, response, NO_ENVELOPE);
    const problem = problemInParams(body['params'], 'params');
    if (problem === undefined) return next();
    return sendProtocolError(request, response, wrongType(problem, 200));
  }
  const problem = problemInParams(body, 'the body');
  return problem === undefined ? next() : sendProtocolError(request, response, wrongType(problem, 400));
};

const NO_ENVELOPE: ProtocolError = {
  status: 200,
  rpcCode: -32600,
  statusName: 'INVALID_ARGUMENT',
  code: 'REQUEST_INVALID',
  message:
    'The body is not a JSON-RPC 2.0 request: one object with jsonrpc "2.0", a method, and an id that is a string or a whole number. Batches are not part of A2A.',
};

function wrongType(message: string, status: number): ProtocolError {
  return { status, rpcCode: -32602, statusName: 'INVALID_ARGUMENT', code: 'MESSAGE_INVALID', message };
}

function isEnvelope(body: unknown): body is Readonly<Record<string, unknown>> {
  if (!isObject(body) || body['jsonrpc'] !== '2.0') return false;
  const { id, method } = body as { readonly id?: unknown; readonly method?: unknown };
  const validId = id === undefined || id === null || typeof id === 'string' || Number.isInteger(id);
  return validId && typeof method === 'string' && method !== '';
}

function problemInParams(params: unknown, path: string): string | undefined {
  if (params === undefined || params === null) return undefined;
  if (!isObject(params)) return describe(path, 'object', params);
  const { configuration } = params;
  // REST of 0.3 has two names for the message.
  const message = params['message'] ?? (isObject(params['request']) ? params['request'] : undefined);
  return (
    problemIn(params, path, PARAMS) ??
    problemIn(configuration, 'configuration', CONFIGURATION) ??
    problemIn(message, 'message', MESSAGE) ??
    problemInParts(message)
  );
}

function problemInParts(message: unknown): string | undefined {
  if (!isObject(message)) return undefined;
  const parts = (message['parts'] ?? message['content'] ?? []) as readonly unknown[];
  for (const [index, part] of parts.entries()) {
    const path = `message.parts[${index}]`;
    if (!isObject(part)) return describe(path, 'object', part);
    const problem = problemIn(part, path, PART) ?? problemInLegacyPart(part, path) ?? contentProblem(part, path);
    if (problem !== undefined) return problem;
    keepNullData(part);
  }
  for (const name of ['extensions', 'referenceTaskIds']) {
    const wrong = ((message[name] ?? []) as readonly unknown[]).findIndex((item) => typeof item !== 'string');
    if (wrong >= 0) return `message.${name}[${wrong}] must be a string.`;
  }
  return undefined;
}

/** The null of a data part is its value. If the part has other content, the null means that `data` is not set. */
function keepNullData(part: Record<string, unknown>): void {
  if (part['data'] !== null || 'kind' in part) return;
  if (['text', 'raw', 'url', 'file'].every((name) => part[name] === undefined || part[name] === null))
    part['data'] = NULL_DATA;
}

/** In protocol 0.3, `kind` decides which field is required. */
function problemInLegacyPart(part: Readonly<Record<string, unknown>>, path: string): string | undefined {
  const { kind, file } = part;
  if (kind === 'text' && typeof part['text'] !== 'string') return describe(`${path}.text`, 'string', part['text']);
  if (kind === 'data' && part['data'] === undefined) return `${path}.data is missing.`;
  if (kind === 'file' && !isObject(file)) return describe(`${path}.file`, 'object', file);
  return problemIn(file, `${path}.file`, FILE);
}

function problemIn(value: unknown, path: string, fields: Fields): string | undefined {
  if (!isObject(value)) return undefined;
  for (const [name, shape] of fields) {
    const field = value[name];
    // In the JSON mapping of protocol buffers, null means that a field is not set.
    if (field !== undefined && field !== null && !hasShape(field, shape))
      return describe(`${path}.${name}`, shape, field);
  }
  return undefined;
}

function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === 'array') return Array.isArray(value);
  if (shape === 'object') return isObject(value);
  if (shape === 'role') return typeof value === 'string' || typeof value === 'number';
  return typeof value === shape;
}

function describe(path: string, shape: Shape, value: unknown): string {
  if (value === undefined) return `${path} is missing.`;
  const found = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
  const wanted = shape === 'array' || shape === 'object' ? `an ${shape}` : `a ${shape === 'role' ? 'string' : shape}`;
  return `${path} must be ${wanted}; it is ${found}.`;
}

/** Each name in both forms that the JSON mapping of protocol buffers has. */
function fields(shapes: Readonly<Record<string, Shape>>): Fields {
  return Object.entries(shapes).flatMap(([name, shape]) =>
    [...new Set([name, snakeCase(name)])].map((key) => [key, shape] as const),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

import type { Request } from 'express';
import { isObject } from '../../../support/is-object.js';

/** The paths of the JSON-RPC binding. Every other path is of REST. */
export const JSON_RPC_PATHS = ['/', '/a2a'];

/** The content type of JSON-RPC and of protocol 0.3. */
export const JSON_TYPE = 'application/json';
/** The content type of REST in protocol 1.0. */
export const A2A_TYPE = 'application/a2a+json';

/** True for a request of the JSON-RPC binding. */
export function isRpcRequest(request: Request): boolean {
  return request.method === 'POST' && JSON_RPC_PATHS.includes(request.path);
}

/** True for a call without an id, which is not answered (JSON-RPC 2.0, section 4.1). */
export function isNotification(request: Request): boolean {
  const body: unknown = request.body;
  return isRpcRequest(request) && isObject(body) && !('id' in body);
}

/** The id of the call, which its answer repeats; `null` if it has none that JSON-RPC allows. */
export function requestId(request: Request): string | number | null {
  const body: unknown = request.body;
  const id = isObject(body) ? body['id'] : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

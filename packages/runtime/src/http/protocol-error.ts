import type { Request, Response } from 'express';
import { isLegacy } from './protocol-version.js';

/** An error of the HTTP layer itself, before the protocol's handlers have seen the request. */
export interface ProtocolError {
  /** HTTP status. */
  readonly status: number;
  /** JSON-RPC 2.0 error code. */
  readonly rpcCode: number;
  /** google.rpc status name, for the REST binding. */
  readonly statusName: string;
  /** Ours; stable. */
  readonly code: string;
  readonly message: string;
}

export const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
export const DOMAIN = 'a2a-protocol.org';

/** Paths that speak JSON-RPC; every other speaks REST. */
export const JSON_RPC_PATHS = ['/', '/a2a'];

/** True for a request of the JSON-RPC binding. */
export function isRpcRequest(request: Request): boolean {
  return request.method === 'POST' && JSON_RPC_PATHS.includes(request.path);
}

/** True for a call without an id: what comes of it is not answered (JSON-RPC 2.0, section 4.1). */
export function isNotification(request: Request): boolean {
  const body: unknown = request.body;
  return isRpcRequest(request) && typeof body === 'object' && body !== null && !Array.isArray(body) && !('id' in body);
}

/** Answers in the words of the binding and version that the request was made in. */
export function sendProtocolError(request: Request, response: Response, error: ProtocolError): void {
  const { status, message, code, rpcCode } = error;
  const info = { '@type': ERROR_INFO, reason: code, domain: DOMAIN, metadata: { code } };
  if (isRpcRequest(request)) {
    response
      .status(status)
      .json({ jsonrpc: '2.0', id: requestId(request), error: { code: rpcCode, message, data: [info] } });
    return;
  }
  const told = { error: { code: status, status: error.statusName, message, details: [info] } };
  response.status(status).json(isLegacy(request) ? { code: rpcCode, message, data: [info], ...told } : told);
}

/** The id that an answer names: that of the call, when it has one that JSON-RPC allows. */
export function requestId(request: Request): string | number | null {
  const body: unknown = request.body;
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

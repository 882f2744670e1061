import type { Request, Response } from 'express';

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

const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
const DOMAIN = 'a2a-protocol.org';

/** Paths that speak JSON-RPC; every other speaks REST. */
export const JSON_RPC_PATHS = ['/', '/a2a'];

/** True for a request of the JSON-RPC binding. */
export function isRpcRequest(request: Request): boolean {
  return request.method === 'POST' && JSON_RPC_PATHS.includes(request.path);
}

/** Answers in the words of the binding that the request was made in. */
export function sendProtocolError(request: Request, response: Response, error: ProtocolError): void {
  const { status, message, code } = error;
  const info = { '@type': ERROR_INFO, reason: code, domain: DOMAIN, metadata: { code } };
  if (isRpcRequest(request)) {
    response
      .status(status)
      .json({ jsonrpc: '2.0', id: requestId(request), error: { code: error.rpcCode, message, data: [info] } });
    return;
  }
  response.status(status).json({ error: { code: status, status: error.statusName, message, details: [info] } });
}

function requestId(request: Request): string | number | null {
  const body: unknown = request.body;
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

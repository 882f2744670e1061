import { A2A_ERROR_DOMAIN, ERROR_INFO_TYPE } from '@a2a-js/sdk/errors';
import type { Request, Response } from 'express';
import type { RequestErrorCode } from '../../../support/error-codes.js';
import type { StorageErrorCode } from '../../../tasks/storage/storage-error.js';
import { legacyErrorType } from '../../sdk/legacy-error-type.js';
import { isRpcRequest, requestId } from '../binding/binding.js';
import { isLegacy } from '../binding/protocol-version.js';
import { sendAnswer } from './send-answer.js';

/** An error of the HTTP layer, found before the request handler is called. */
export interface ProtocolError {
  /** HTTP status. */
  readonly status: number;
  /** JSON-RPC 2.0 error code. */
  readonly rpcCode: number;
  /** google.rpc status name, for REST. */
  readonly statusName: string;
  /** The stable code. */
  readonly code: RequestErrorCode | StorageErrorCode;
  readonly message: string;
}

/** Answers with an error in the form of the request's binding and version. */
export function sendProtocolError(request: Request, response: Response, error: ProtocolError): void {
  const { status, message, code, rpcCode } = error;
  const info = { '@type': ERROR_INFO_TYPE, reason: code, domain: A2A_ERROR_DOMAIN, metadata: { code } };
  const rpcError = { code: rpcCode, message, data: [info] };
  const restError = { error: { code: status, status: error.statusName, message, details: [info] } };
  const answer = isRpcRequest(request)
    ? { jsonrpc: '2.0', id: requestId(request), error: rpcError }
    : isLegacy(request)
      ? { ...rpcError, ...legacyErrorType(rpcCode), ...restError }
      : restError;
  sendAnswer(request, response, answer, status);
}

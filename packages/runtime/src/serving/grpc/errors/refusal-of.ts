import { grpcStatusFor } from '@a2a-js/sdk/errors/grpc';
import { status } from '@grpc/grpc-js';
import { isA2AError } from '../../../tasks/a2a-errors.js';
import { temporaryError } from '../../a2a/retry-after.js';
import type { Refusal } from './refusal.js';

/** Stable codes whose status the class of the error does not give. */
const STATUS_OF_CODE: Readonly<Record<string, status>> = {
  RESPONSE_TOO_LARGE: status.OUT_OF_RANGE,
  INSUFFICIENT_SCOPE: status.PERMISSION_DENIED,
};

const NOT_UNDERSTOOD: Refusal = {
  code: status.INVALID_ARGUMENT,
  message: 'The request could not be understood: one of its fields has a wrong type or value.',
  reason: 'INVALID_PARAMS',
  info: { code: 'REQUEST_INVALID' },
};

/** The refusal for an error of the request handler, which throws errors of the protocol only; the SDK threw any other. */
export function refusalOf(error: unknown): Refusal {
  if (!isA2AError(error)) return NOT_UNDERSTOOD;
  const { message, reason } = error;
  const info = error.metadata ?? metadataIn(error) ?? {};
  const temporary = temporaryError(info);
  const code = temporary ? status[temporary.statusName] : (STATUS_OF_CODE[info['code'] ?? ''] ?? grpcStatusFor(error));
  return {
    // An error that is none of A2A's own is a fault of the server.
    code: code === status.UNKNOWN ? status.INTERNAL : code,
    message,
    reason,
    info,
    retryAfterSeconds: temporary?.retryAfterSeconds,
  };
}

/** The metadata of an error in the shape of 0.3, whose classes keep it in their data if they have no class for it. */
function metadataIn(error: object): Readonly<Record<string, string>> | undefined {
  const { data } = error as { readonly data?: unknown };
  const [info] = Array.isArray(data)
    ? (data as readonly { readonly metadata?: Readonly<Record<string, string>> }[])
    : [];
  return info?.metadata;
}

import { grpcStatusFor } from '@a2a-js/sdk/errors/grpc';
import { status } from '@grpc/grpc-js';
import { isA2AError } from '../../../tasks/a2a-errors.js';
import { ownStatus } from '../../a2a/own-status.js';
import { errorMetadataIn } from '../../sdk/refusals.js';
import { INVALID_PARAMS_TYPE, legacyTypeOf, withLegacyType } from './legacy-type.js';
import type { Refusal } from './refusal.js';

const NOT_UNDERSTOOD: Refusal = {
  code: status.INVALID_ARGUMENT,
  message: 'The request could not be understood: one of its fields has a wrong type or value.',
  reason: 'INVALID_PARAMS',
  info: { code: 'REQUEST_INVALID' },
};

/**
 * The refusal for an error of the request handler, which throws errors of the protocol only; the SDK threw any other.
 *
 * @param version of the protocol, of the call
 */
export function refusalOf(error: unknown, version: string): Refusal {
  if (!isA2AError(error)) return withLegacyType(NOT_UNDERSTOOD, version, INVALID_PARAMS_TYPE);
  const { message, reason } = error;
  // The classes of 0.3 that have no class for an error keep its metadata in their data.
  const info = error.metadata ?? errorMetadataIn(error) ?? {};
  const own = ownStatus(info);
  const code = own ? status[own.statusName] : grpcStatusFor(error);
  const refusal = {
    // An error that is none of A2A's own is a fault of the server.
    code: code === status.UNKNOWN ? status.INTERNAL : code,
    message,
    reason,
    info,
    retryAfterSeconds: own?.retryAfterSeconds,
  };
  // An error with a status of its own is none of the protocol.
  return own ? refusal : withLegacyType(refusal, version, legacyTypeOf(error));
}

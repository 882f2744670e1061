import type { A2AError } from '@a2a-js/sdk/errors';
import type { Logger } from '@molecule/adapters';
import { internal, isA2AError, storageRefusal } from '../../tasks/a2a-errors.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { callerOf, isLegacyContext } from '../a2a/caller.js';
import type { NumberedRequestHandler } from '../a2a/numbered-event.js';
import { type OperationCall, wrapHandler } from '../a2a/wrapped-handler.js';
import { checkScope } from '../access/operation-scopes.js';
import { toLegacyError } from './legacy-errors.js';
import { checkExtensions } from './required-extensions.js';

/**
 * Wraps a request handler so that it executes an operation only for a caller who has its scope, and throws errors of the protocol only: the SDK's transports send the text of every error.
 * Any other error is logged under an incident number, and the caller receives the number. In protocol 0.3, errors are of the
 * classes whose stable code the SDK sends.
 */
export function guardedHandler(handler: NumberedRequestHandler, logger: Logger): NumberedRequestHandler {
  const toA2AError = (error: unknown, operation: string): A2AError => {
    if (isA2AError(error)) return error;
    // The log has reported the failure of the storage once, when it began.
    if (StorageError.is(error)) return storageRefusal(error.code);
    const incident = crypto.randomUUID();
    logger.error('a request failed', { operation, incident, error });
    return internal(incident);
  };
  const toProtocolError = (error: unknown, { operation, context }: OperationCall): A2AError => {
    const told = toA2AError(error, operation);
    return isLegacyContext(context) ? toLegacyError(told) : told;
  };
  const guarded = wrapHandler(handler, {
    async once(call, next) {
      try {
        check(call);
        return await next();
      } catch (error) {
        throw toProtocolError(error, call);
      }
    },
    async *streamed(call, next) {
      try {
        check(call);
        yield* next();
      } catch (error) {
        throw toProtocolError(error, call);
      }
    },
  });
  return {
    ...guarded,
    getAgentCard: () =>
      handler.getAgentCard().catch((error: unknown) => {
        throw toA2AError(error, 'getAgentCard');
      }),
  };
}

function check({ operation, request, context }: OperationCall): void {
  const { scopes, extensions } = callerOf(context);
  checkScope(scopes, operation);
  checkExtensions(extensions, operation, request);
}

import type { A2AError } from '@a2a-js/sdk/errors';
import type { A2ARequestHandler, ServerCallContext } from '@a2a-js/sdk/server';
import type { Logger } from '@molecule/adapters';
import { StorageError } from '../storage/storage-error.js';
import { internal, isA2AError, storageRefusal } from './a2a-errors.js';
import { toLegacyError } from './legacy-errors.js';

/**
 * The same handler, but an error that was not meant for the caller never reaches it: the transports would send its text.
 * It goes to the log under an incident number, and the caller gets the number. Every error keeps its stable code on the wire,
 * in protocol 0.3, too.
 */
export function guarded(handler: A2ARequestHandler, logger: Logger): A2ARequestHandler {
  const shield = (error: unknown, operation: string, context: unknown): unknown => {
    const told = tellable(error, operation);
    return (context as ServerCallContext | undefined)?.requestedVersion?.startsWith('0.') ? toLegacyError(told) : told;
  };
  const tellable = (error: unknown, operation: string): A2AError => {
    if (isA2AError(error)) return error;
    // The log has told of the trouble once, when it began.
    if (StorageError.is(error)) return storageRefusal(error.code);
    const incident = crypto.randomUUID();
    logger.error('a request failed', { operation, incident, error });
    return internal(incident);
  };
  return new Proxy(handler, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      const operation = String(name);
      return (...parameters: unknown[]) => {
        const outcome: unknown = Reflect.apply(method, target, parameters);
        if (outcome instanceof Promise) {
          return outcome.catch((error: unknown) => {
            throw shield(error, operation, parameters[1]);
          });
        }
        return shieldStream(outcome as AsyncGenerator<unknown>, (error) => shield(error, operation, parameters[1]));
      };
    },
  });
}

async function* shieldStream(stream: AsyncGenerator<unknown>, shield: (error: unknown) => unknown) {
  try {
    yield* stream;
  } catch (error) {
    throw shield(error);
  }
}

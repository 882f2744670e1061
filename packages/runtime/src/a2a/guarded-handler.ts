import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import type { Logger } from '@molecule/adapters';
import { StorageError } from '../storage/storage-error.js';
import { internal, isA2AError, storageRefusal } from './a2a-errors.js';

/**
 * The same handler, but an error that was not meant for the caller never reaches it: the transports would send its text.
 * It goes to the log under an incident number, and the caller gets the number.
 */
export function guarded(handler: A2ARequestHandler, logger: Logger): A2ARequestHandler {
  const shield = (error: unknown, operation: string): unknown => {
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
            throw shield(error, operation);
          });
        }
        return shieldStream(outcome as AsyncGenerator<unknown>, (error) => shield(error, operation));
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

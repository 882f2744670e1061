import { isGrpcServiceError } from '@temporalio/client';
import { TemporalAccessError } from '../errors/temporal-access-error.js';
import { errorDetail } from '../support/error-detail.js';
import type { Calls } from './calls.js';
import type { LinkOptions } from './link-options.js';

const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/**
 * Asks for the namespace before anything else is done in it. What the server says other than that it is missing, or that
 * we may not use it, is left to the calls that follow.
 *
 * @throws {TemporalAccessError}
 */
export async function checkNamespace(calls: Calls, options: LinkOptions): Promise<void> {
  const { address, namespace, settings, logger } = options;
  try {
    await calls.make('asking for the namespace', settings.connectTimeoutMs, () =>
      calls.connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const code = isGrpcServiceError(error) ? error.code : undefined;
    if (code === NOT_FOUND) throw TemporalAccessError.namespaceNotFound(address, namespace, error);
    if (code === UNAUTHENTICATED) throw TemporalAccessError.denied(address, namespace, error);
    // An API key may be good for a namespace and not for its description.
    if (code === PERMISSION_DENIED) logger.debug('the namespace may not be described', { namespace });
    else logger.debug('the namespace could not be asked for', { namespace, error: errorDetail(error) });
  }
}

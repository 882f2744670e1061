import { isGrpcServiceError } from '@temporalio/client';
import type { Calls } from '../client/calls.js';
import { TemporalAccessError } from '../errors/temporal-access-error.js';
import { errorDetail } from '../support/error-detail.js';
import type { LinkOptions } from './link-options.js';

const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/**
 * Checks that the namespace exists, before any other request in it. Other answers of the server are left to the requests that
 * follow.
 *
 * @throws {TemporalAccessError} if the namespace is missing or access to it is denied
 */
export async function checkNamespace(calls: Calls, options: LinkOptions): Promise<void> {
  const { settings, logger } = options;
  const { address, namespace } = options.server;
  try {
    await calls.make('describing the namespace', settings.connectTimeoutMs, () =>
      calls.connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const code = isGrpcServiceError(error) ? error.code : undefined;
    if (code === NOT_FOUND) throw TemporalAccessError.namespaceNotFound(address, namespace, error);
    if (code === UNAUTHENTICATED) throw TemporalAccessError.denied(address, namespace, error);
    // An API key may allow the use of a namespace but not its description.
    if (code === PERMISSION_DENIED) logger.debug('the namespace may not be described', { namespace });
    else logger.debug('the namespace could not be described', { namespace, error: errorDetail(error) });
  }
}

import type { Logger } from '@molecule/adapters';
import { EXIT_CODES, type HostProcess } from '../host/cli-host.js';

/**
 * Logs an unhandled rejection and goes on: it is usually a mistake in a library, and ending the process would end every
 * running turn. After an uncaught exception the state of the process is unknown, so it is logged and the process ends.
 */
export function logUncaught(logger: Logger, process: HostProcess): { stop(): void } {
  const stop = process.onUncaught((error, kind) => {
    if (kind === 'rejection') {
      logger.error('unhandled promise rejection', { error });
      return;
    }
    logger.error('uncaught exception, the process ends', { error });
    process.exit(EXIT_CODES.failed);
  });
  return { stop };
}

import type { Logger } from '@molecule/adapters';
import type * as TemporalWorker from '@temporalio/worker';

let logger: Logger | undefined;
let installed = false;

/**
 * Installs the SDK's process-wide runtime, once: with our logger instead of stderr, and without signal handlers, which are the host
 * program's. A runtime that the host program has installed stays.
 */
export function installNativeRuntime(worker: typeof TemporalWorker, newLogger: Logger): void {
  logger = newLogger;
  if (installed) return;
  installed = true;
  try {
    worker.Runtime.install({
      logger: new worker.DefaultLogger('WARN', forward),
      telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
      shutdownSignals: [],
    });
  } catch (error) {
    newLogger.warn('the runtime of the Temporal SDK was installed before by this program and stays', {
      error: String(error),
    });
  }
}

function forward(entry: TemporalWorker.LogEntry): void {
  // The wrapper logs once that a server is lost or found again; the SDK's pollers log it every second.
  const fields = { ...entry.meta, temporal: true };
  if (entry.level === 'ERROR') logger?.error(entry.message, fields);
  else if (isConnectionNoise(entry.message)) logger?.debug(entry.message, fields);
  else logger?.warn(entry.message, fields);
}

function isConnectionNoise(message: string): boolean {
  return /grpc|retry|poll|transport|connect/i.test(message);
}

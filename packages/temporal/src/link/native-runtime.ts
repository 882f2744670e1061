import type { Logger } from '@molecule/adapters';
import type * as TemporalWorker from '@temporalio/worker';

let logger: Logger | undefined;
let installed = false;

/**
 * Sets up the SDK's process-wide runtime, once: our logger instead of stderr, and no signal handlers, because the program
 * that hosts the worker decides what a signal means. A program that has set the runtime up itself keeps its own.
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
    newLogger.warn('Temporal’s runtime was set up before by this program, and stays as it is', {
      error: String(error),
    });
  }
}

function forward(entry: TemporalWorker.LogEntry): void {
  // Losing and finding a server again is told by the wrapper itself, once, and not by each poller each second.
  const fields = { ...entry.meta, temporal: true };
  if (entry.level === 'ERROR') logger?.error(entry.message, fields);
  else if (isConnectionNoise(entry.message)) logger?.debug(entry.message, fields);
  else logger?.warn(entry.message, fields);
}

function isConnectionNoise(message: string): boolean {
  return /grpc|retry|poll|transport|connect/i.test(message);
}

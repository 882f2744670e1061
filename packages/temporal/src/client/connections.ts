import type { Logger } from '@molecule/adapters';
import type { Connection as GrpcConnection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { TemporalConnection } from '../contract/connection.js';
import { bounded } from '../support/wait.js';
import { Calls } from './calls.js';

/** Where to connect, and how. */
export interface ConnectionTarget {
  /** `host:port`. */
  readonly address: string;
  readonly connection: TemporalConnection;
}

/**
 * Opens a plain gRPC connection. Unlike the native one it gives up in time on a server that accepts connections and never
 * answers, and it needs no native code. It repeats no request, because the SDK's repetitions wait in timers that outlive them.
 */
export async function openGrpcCalls(
  target: ConnectionTarget,
  connectTimeoutMs: number,
): Promise<Calls<GrpcConnection>> {
  const { Connection } = await import('@temporalio/client');
  const connection = Connection.lazy({
    ...connectionOptions(target),
    connectTimeout: connectTimeoutMs,
    interceptors: [],
  });
  const calls = new Calls(connection);
  try {
    await connection.ensureConnected();
  } catch (error) {
    await calls.close();
    throw error;
  }
  return calls;
}

/** Opens the native connection for worker and client. To start a workflow in this very process, both must share it. */
export async function openNativeConnection(
  target: ConnectionTarget,
  connectTimeoutMs: number,
  logger: Logger,
): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  return bounded(
    NativeConnection.connect(connectionOptions(target)),
    connectTimeoutMs,
    `connecting to Temporal at ${target.address}`,
    (connection) => void closeLate(connection, logger),
  );
}

async function closeLate(connection: NativeConnection, logger: Logger): Promise<void> {
  try {
    await connection.close();
  } catch (error) {
    logger.warn('a connection to Temporal that opened too late did not close', { error: String(error) });
  }
}

function connectionOptions({ address, connection: { tls, apiKey, metadata } }: ConnectionTarget) {
  return {
    address,
    ...(tls !== undefined && { tls }),
    ...(apiKey !== undefined && { apiKey }),
    ...(metadata !== undefined && { metadata: { ...metadata } }),
  };
}

import type { Connection as GrpcConnection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { bounded } from '../support/bounded.js';
import { Calls } from './calls.js';
import type { LinkOptions } from './link-options.js';

/**
 * A plain gRPC connection: unlike the native one it gives up in time on a server that accepts connections and never
 * answers, and it needs no native code. It repeats no request: the SDK's repetitions wait in timers that outlive them.
 */
export async function openGrpcCalls(
  options: Pick<LinkOptions, 'address' | 'connection'>,
  connectTimeoutMs: number,
): Promise<Calls<GrpcConnection>> {
  const { Connection } = await import('@temporalio/client');
  const connection = Connection.lazy({
    ...connectionOptions(options),
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

/** The native connection that worker and client share, which starting a workflow in this very process needs. */
export async function openNativeConnection(options: LinkOptions): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  return bounded(
    NativeConnection.connect(connectionOptions(options)),
    options.settings.connectTimeoutMs,
    `connecting to Temporal at ${options.address}`,
    (connection) => void closeLate(connection, options),
  );
}

async function closeLate(connection: NativeConnection, options: LinkOptions): Promise<void> {
  try {
    await connection.close();
  } catch (error) {
    options.logger.warn('a connection to Temporal that came too late did not close', { error: String(error) });
  }
}

function connectionOptions({ address, connection }: Pick<LinkOptions, 'address' | 'connection'>) {
  return {
    address,
    ...(connection.tls === undefined ? {} : { tls: connection.tls }),
    ...(connection.apiKey === undefined ? {} : { apiKey: connection.apiKey }),
    ...(connection.metadata === undefined ? {} : { metadata: { ...connection.metadata } }),
  };
}

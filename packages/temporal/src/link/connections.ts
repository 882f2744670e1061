import type { Connection as GrpcConnection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { bounded } from '../support/bounded.js';
import type { LinkOptions } from './link-options.js';

/**
 * A plain gRPC connection: unlike the native one it gives up in time on a server that accepts connections and never
 * answers, and it needs no native code.
 */
export async function openGrpcConnection(options: LinkOptions): Promise<GrpcConnection> {
  const { Connection } = await import('@temporalio/client');
  return Connection.connect({ ...connectionOptions(options), connectTimeout: options.settings.connectTimeoutMs });
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

function connectionOptions({ address, connection }: LinkOptions) {
  return {
    address,
    ...(connection.tls === undefined ? {} : { tls: connection.tls }),
    ...(connection.apiKey === undefined ? {} : { apiKey: connection.apiKey }),
    ...(connection.metadata === undefined ? {} : { metadata: { ...connection.metadata } }),
  };
}

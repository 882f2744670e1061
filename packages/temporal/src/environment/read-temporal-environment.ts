import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import type { TemporalConnection } from '../contract/connection.js';

/** Temporal's settings from the environment, as `WrapperOptions.server` takes them. Absent: not set. */
export interface TemporalEnvironment {
  readonly host?: string;
  readonly namespace?: string;
  readonly connection: TemporalConnection;
}

/**
 * Reads Temporal's client configuration: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS*`, and the profile `TEMPORAL_PROFILE` of the file `TEMPORAL_CONFIG_FILE`. `TEMPORAL_HOST` overrides the address.
 *
 * @throws what Temporal's reader throws for a file that it cannot read
 */
export function readTemporalEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): TemporalEnvironment {
  const variables = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  const config = loadClientConnectConfig({ overrideEnvVars: variables });
  const host = variables['TEMPORAL_HOST'] ?? config.connectionOptions.address;
  return {
    ...(host !== undefined && { host }),
    ...(config.namespace !== undefined && { namespace: config.namespace }),
    connection: connectionOf(config.connectionOptions),
  };
}

function connectionOf(options: ClientConnectConfig['connectionOptions']): TemporalConnection {
  const { tls, apiKey, metadata } = options;
  return {
    ...(tls && { tls: tls as NonNullable<TemporalConnection['tls']> }),
    ...(apiKey !== undefined && { apiKey }),
    ...(metadata !== undefined && { metadata: metadata as Record<string, string> }),
  };
}

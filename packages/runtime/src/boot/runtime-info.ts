import type { DurableStatus } from '../execution/durable/durable-status.js';
import { addressWarnings } from '../settings/environment/address-warnings.js';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import { AGENT_CARD_PATH } from '../support/network/agent-card-path.js';
import { placeOf } from '../tasks/postgres/postgres-settings.js';
import type { ConsolePages } from './console-pages.js';
import type { Agent } from './open-agent.js';
import type { RuntimeInfo } from './runtime-types.js';

/** How callers say who they are. */
export function accessOf({ tokens, oidc, clientCertificates, platformEntry }: RuntimeSettings): RuntimeInfo['access'] {
  if (tokens.length > 0 || oidc) return 'tokens';
  if (clientCertificates) return 'certificates';
  // Only the platform has access, by the secret in its address.
  return platformEntry ? 'tokens' : 'anonymous';
}

/** Where a runtime serves. */
export interface ServedAt {
  readonly url: string;
  readonly grpcAddress: string | undefined;
  readonly pages: ConsolePages;
}

/** What a runtime says about itself once it serves. */
export function runtimeInfo(
  { workspace, adapter, model, demoModel }: Agent,
  { url, grpcAddress, pages }: ServedAt,
  durable: DurableStatus,
): RuntimeInfo {
  const { config, settings, engineEnvironment } = workspace;
  return {
    name: config.name,
    description: config.description || adapter.description,
    version: config.version,
    engine: adapter.displayName,
    model,
    demoModel,
    modelKeys: adapter.credentials?.(settings.model, engineEnvironment).anyOf ?? [],
    url,
    cardUrl: `${url}${AGENT_CARD_PATH}`,
    ...(pages !== 'off' && {
      console: pages === 'not installed' ? { notInstalled: true } : { url: `${url}/console/` },
    }),
    ...(grpcAddress !== undefined && { grpc: { address: grpcAddress, encrypted: settings.tls !== undefined } }),
    ...(addressWarnings(settings.host, settings.publicUrl).length > 0 && { cardSaysLocalhost: true }),
    stateDir: settings.stateDir,
    taskStore: settings.taskStore,
    ...(settings.database && { database: placeOf(settings.database) }),
    durable,
    access: accessOf(settings),
  };
}

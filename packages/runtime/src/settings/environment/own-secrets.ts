import type { WorkspaceConfig } from '../config/workspace-config.js';
import type { Env } from './env.js';
import type { RuntimeSettings } from './runtime-settings.js';
import { SETTINGS, type Setting } from './settings-table.js';

/** Variables of libraries that the runtime uses, which may hold a secret: of Temporal's client, and of OpenTelemetry's exporters. */
const OF_LIBRARIES = [
  /^TEMPORAL_(API_KEY|CODEC_AUTH|TLS_CLIENT_KEY_DATA|TLS_CLIENT_CERT_DATA|GRPC_META_.*)$/i,
  /^OTEL_EXPORTER_OTLP_(.*_)?HEADERS$/i,
];

/**
 * The variables in which the runtime gets secrets of its own. Engines, their tools and their programs do not need them. The keys of model
 * providers are not among them.
 */
export function ownSecretVariables(
  environment: Env,
  { taskStore }: Pick<RuntimeSettings, 'taskStore'>,
  { subWorkspaces }: Pick<WorkspaceConfig, 'subWorkspaces'>,
): readonly string[] {
  // A database that is not the one of the task store belongs to the agent.
  const ofAgent: readonly Setting[] = taskStore === 'postgres' ? [] : [SETTINGS.databaseUrl, SETTINGS.databasePassword];
  const ofTable = (Object.values(SETTINGS) as readonly Setting[])
    .filter((setting) => setting.secret === true && !ofAgent.includes(setting))
    .flatMap(({ name, alias }) => [name, ...(alias === undefined ? [] : [alias])]);
  const ofPeers = subWorkspaces.flatMap((peer) => {
    const { token_env: name } = (peer ?? {}) as { readonly token_env?: unknown };
    return typeof name === 'string' ? [name] : [];
  });
  const wanted = new Set([...ofTable, ...ofPeers]);
  return Object.keys(environment).filter(
    (name) => wanted.has(name) || OF_LIBRARIES.some((pattern) => pattern.test(name)),
  );
}

/** The environment without these variables. */
export function withoutVariables(environment: Env, names: readonly string[]): Env {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

import { type Adapter, type Logger, loadAdapter } from '@molecule/adapters';
import { loadConfig } from '../settings/config/load-config.js';
import { keysWithoutEffect } from '../settings/config/platform-keys.js';
import { validateRuntimeConfig } from '../settings/config/validate-runtime-config.js';
import type { WorkspaceConfig } from '../settings/config/workspace-config.js';
import type { Env } from '../settings/environment/env.js';
import { ownSecretVariables, withoutVariables } from '../settings/environment/own-secrets.js';
import { readSettings } from '../settings/environment/read-settings.js';
import type { RuntimeSettings } from '../settings/environment/runtime-settings.js';
import { createLogger } from '../telemetry/logging/create-logger.js';
import type { RuntimeOptions } from './runtime-types.js';

/** How a command reads a workspace. */
export interface WorkspaceOptions extends RuntimeOptions {
  /** The template's directory, used if there is no `package.json` beside `config.yaml`. Default: that of `config.yaml`. */
  readonly templateDir?: string;
}

/** A workspace's configuration, read and checked; nothing runs yet. */
export interface WorkspaceDefinition {
  /** The options with which the workspace was read. */
  readonly options: RuntimeOptions;
  readonly config: WorkspaceConfig;
  readonly settings: RuntimeSettings;
  /** The variables with secrets of the runtime itself. */
  readonly ownSecrets: readonly string[];
  /** What adapters and engines get of the environment: everything but these variables. */
  readonly engineEnvironment: Env;
  readonly logger: Logger;
}

/** An adapter with its part of the configuration. */
export interface ConfiguredAdapter {
  readonly adapter: Adapter;
  /** `runtime_config`, as the adapter's schema returned it. */
  readonly runtimeConfig: unknown;
}

/** A workspace with its adapter, read and checked; nothing runs yet. */
export interface LoadedWorkspace {
  readonly config: WorkspaceConfig;
  readonly adapter: Adapter;
  /** `runtime_config`, as the adapter's schema returned it. */
  readonly runtimeConfig: unknown;
  /** From `MOLECULE_MODEL`, else from `config.yaml`. */
  readonly model: string;
}

/**
 * Reads a workspace's configuration and loads its adapter as `startRuntime` does, without an engine, a task store or a server.
 *
 * @throws {ConfigError} with every problem of the file and the environment
 * @throws {AdapterLoadError}
 */
export async function loadWorkspace(
  options: Pick<RuntimeOptions, 'configPath' | 'environment' | 'adapter' | 'logger'>,
): Promise<LoadedWorkspace> {
  const definition = await readWorkspace(options);
  const { config, settings } = definition;
  return { config, ...(await openAdapter(definition)), model: settings.model };
}

/**
 * Reads and checks the configuration, once for each start.
 *
 * @param loggerFor Makes the logger if the options have none.
 * @throws {ConfigError} with every problem of the file and the environment
 */
export async function readWorkspace(
  options: WorkspaceOptions,
  loggerFor: (settings: RuntimeSettings) => Logger = createLogger,
): Promise<WorkspaceDefinition> {
  const config = await loadConfig({ configPath: options.configPath });
  const settings = readSettings(options.environment, config, options);
  const logger = options.logger ?? loggerFor(settings);
  for (const warning of settings.warnings) logger.warn(warning);
  const unused = keysWithoutEffect(config.ofPlatform);
  if (unused.length > 0) logger.info(`keys of config.yaml that only the platform uses: ${unused.join(', ')}`);
  const ownSecrets = ownSecretVariables(options.environment, settings, config);
  const engineEnvironment = withoutVariables(options.environment, ownSecrets);
  return { options, config, settings, ownSecrets, engineEnvironment, logger };
}

/**
 * The workspace's adapter, and its part of the configuration, checked.
 *
 * @throws {AdapterLoadError}
 * @throws {ConfigError}
 */
export async function openAdapter(workspace: WorkspaceDefinition): Promise<ConfiguredAdapter> {
  const adapter = await findAdapter(workspace);
  return { adapter, runtimeConfig: await validateRuntimeConfig(adapter, workspace.config) };
}

/**
 * The workspace's adapter. Its part of the configuration is not checked.
 *
 * @throws {AdapterLoadError}
 */
export async function findAdapter({ options, config, settings }: WorkspaceDefinition): Promise<Adapter> {
  if (options.adapter !== undefined) return options.adapter;
  const { adapterModule } = settings;
  const { adapter } = await loadAdapter({
    specifier: adapterModule?.specifier,
    from: adapterModule?.from ?? config.configDir,
    runtime: config.runtime,
    ...(adapterModule?.source === 'package.json' ? { variable: 'the entry point in package.json' } : {}),
  });
  return adapter;
}

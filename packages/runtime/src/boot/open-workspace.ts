import { type Adapter, type Logger, loadAdapter } from '@molecule/adapters';
import { loadConfig } from '../config/load-config.js';
import { validateRuntimeConfig } from '../config/validate-runtime-config.js';
import type { WorkspaceConfig } from '../config/workspace-config.js';
import { readSettings } from '../environment/read-settings.js';
import type { RuntimeSettings } from '../environment/runtime-settings.js';
import { createLogger } from '../logging/create-logger.js';
import type { RuntimeOptions } from '../runtime-types.js';

/** A workspace's configuration, read and checked; nothing runs yet. */
export interface WorkspaceDefinition {
  readonly config: WorkspaceConfig;
  readonly settings: RuntimeSettings;
  readonly logger: Logger;
}

/** @throws {ConfigError} with every problem of the file and the environment */
export async function readWorkspace(options: RuntimeOptions): Promise<WorkspaceDefinition> {
  const config = await loadConfig({ configPath: options.configPath });
  const settings = readSettings(options.environment, config, { port: options.port, host: options.host });
  const logger = options.logger ?? createLogger(settings);
  for (const warning of settings.warnings) logger.warn(warning);
  return { config, settings, logger };
}

/**
 * The workspace's adapter, and its part of the configuration.
 *
 * @throws {AdapterLoadError} and {ConfigError}
 */
export async function openAdapter(
  options: RuntimeOptions,
  { config, settings }: WorkspaceDefinition,
): Promise<{ readonly adapter: Adapter; readonly runtimeConfig: unknown }> {
  const adapter = options.adapter ?? (await load(config, settings));
  return { adapter, runtimeConfig: await validateRuntimeConfig(adapter, config) };
}

async function load(config: WorkspaceConfig, settings: RuntimeSettings): Promise<Adapter> {
  const { adapter } = await loadAdapter({
    specifier: settings.adapterModule?.specifier,
    from: config.configDir,
    runtime: config.runtime,
  });
  return adapter;
}

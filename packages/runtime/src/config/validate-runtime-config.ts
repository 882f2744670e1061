import type { Adapter } from '@molecule/adapters';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { describeValueAt, formatPath, valueAt } from './describe-value.js';
import type { ValuePath, WorkspaceConfig } from './workspace-config.js';

/**
 * Checks `runtime_config` with the adapter's own schema, and returns what the schema made of it. Without a schema it is
 * passed on as it stands.
 *
 * @throws ConfigError `CONFIG_INVALID` with every issue of the schema and its line in `config.yaml`.
 */
export async function validateRuntimeConfig<Config>(
  adapter: Pick<Adapter<Config>, 'name' | 'configSchema'>,
  config: WorkspaceConfig,
): Promise<Config> {
  if (adapter.configSchema === undefined) return config.runtimeConfig as Config;
  const result = await adapter.configSchema['~standard'].validate(config.runtimeConfig);
  if (result.issues === undefined) return result.value;
  throw new ConfigError(result.issues.map((issue) => toProblem(issue, adapter.name, config)));
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function toProblem(issue: Issue, adapterName: string, config: WorkspaceConfig): ConfigProblem {
  const inner = (issue.path ?? []).map(toKey);
  const path: ValuePath = ['runtime_config', ...inner];
  const value = valueAt(config.runtimeConfig, inner);
  return {
    code: value === undefined ? 'missing' : 'invalid-value',
    file: config.configPath,
    ...config.locate?.(path),
    path: formatPath(path),
    wanted: `what the adapter "${adapterName}" takes (${issue.message})`,
    found: describeValueAt(path, value),
    remedy: `change it, or see which settings the adapter "${adapterName}" documents`,
  };
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'number' ? key : String(key);
}

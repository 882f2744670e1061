import type { Adapter } from '@molecule/adapters';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { describeValueAt, formatPath, valueAt } from './describe-value.js';
import { OF_RUNTIME } from './platform-keys.js';
import type { ValuePath, WorkspaceConfig } from './workspace-config.js';

/**
 * Validates `runtime_config` with the adapter's schema and returns the schema's output. Without a schema it is returned
 * unchanged.
 *
 * @throws {ConfigError} `CONFIG_INVALID`, with every issue of the schema and its line in `config.yaml`.
 */
export async function validateRuntimeConfig<Config>(
  adapter: Pick<Adapter<Config>, 'name' | 'configSchema'>,
  config: WorkspaceConfig,
): Promise<Config> {
  if (adapter.configSchema === undefined) return config.runtimeConfig as Config;
  const { validate } = adapter.configSchema['~standard'];
  const result = await validate(config.runtimeConfig);
  if (result.issues === undefined) return result.value;
  // The platform writes keys there that only its own runtime knows.
  const own = Object.entries(config.runtimeConfig).filter(([key]) => !OF_RUNTIME.includes(key));
  const again = await validate(Object.fromEntries(own));
  if (again.issues === undefined) return again.value;
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
    wanted: `a value that the adapter "${adapterName}" accepts (${issue.message})`,
    found: describeValueAt(path, value),
    remedy: `change it; see the documentation of the adapter "${adapterName}"`,
  };
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'number' ? key : String(key);
}

import type { Adapter } from '@molecule/adapters';
import { openAdapter, readWorkspace, type WorkspaceDefinition } from '../../boot/open-workspace.js';
import { ConfigError } from '../../config/config-error.js';
import { formatPlace } from '../../config/format-problems.js';
import type { RuntimeOptions } from '../../runtime-types.js';
import { type CheckResult, fail, failFor, ok, warn } from './check.js';

/** `config.yaml` and the environment; the definition is absent when they cannot be used. */
export async function checkConfig(
  options: RuntimeOptions,
): Promise<{ readonly results: readonly CheckResult[]; readonly workspace?: WorkspaceDefinition }> {
  try {
    const workspace = await readWorkspace(options);
    const { config, settings } = workspace;
    const warnings = settings.warnings.map((warning) => warn('config', warning, 'rename it, or unset it'));
    const detail = `${config.configPath}: ${config.name} ${config.version}, runtime ${config.runtime}`;
    return { results: [ok('config', detail), ...warnings], workspace };
  } catch (error) {
    if (!ConfigError.is(error)) return { results: [failFor('config', error)] };
    const results = error.problems.map((problem) => {
      const place = problem.path === '' ? formatPlace(problem) : `${formatPlace(problem)} ${problem.path}`;
      return fail('config', `${place}: wanted ${problem.wanted}; found ${problem.found}`, problem.remedy);
    });
    return { results };
  }
}

/** The adapter's module, its name, and its part of the configuration. */
export async function checkAdapter(
  options: RuntimeOptions,
  workspace: WorkspaceDefinition,
): Promise<{ readonly result: CheckResult; readonly adapter?: Adapter; readonly runtimeConfig?: unknown }> {
  try {
    const { adapter, runtimeConfig } = await openAdapter(options, workspace);
    const { adapterModule } = workspace.settings;
    const source = adapterModule === undefined ? '' : `, ${adapterModule.specifier} from ${adapterModule.source}`;
    return { result: ok('adapter', `${adapter.displayName} (${adapter.name}${source})`), adapter, runtimeConfig };
  } catch (error) {
    return { result: failFor('adapter', error) };
  }
}

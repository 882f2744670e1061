import { ConfigError, formatPlace } from '../../settings/config/config-error.js';
import {
  type ConfiguredAdapter,
  openAdapter,
  readWorkspace,
  type WorkspaceDefinition,
  type WorkspaceOptions,
} from '../open-workspace.js';
import { type CheckResult, fail, failFor, ok, warn } from './check.js';

/** Checks `config.yaml` and the environment. `workspace` is absent if they cannot be used. */
export async function checkConfig(
  options: WorkspaceOptions,
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

/** Checks the adapter's module, its name, and its part of the configuration. `configured` is absent if one is wrong. */
export async function checkAdapter(
  workspace: WorkspaceDefinition,
): Promise<{ readonly result: CheckResult; readonly configured?: ConfiguredAdapter }> {
  try {
    const configured = await openAdapter(workspace);
    const { adapter } = configured;
    const { adapterModule } = workspace.settings;
    const source = adapterModule === undefined ? '' : `, ${adapterModule.specifier} from ${adapterModule.source}`;
    return { result: ok('adapter', `${adapter.displayName} (${adapter.name}${source})`), configured };
  } catch (error) {
    return { result: failFor('adapter', error) };
  }
}

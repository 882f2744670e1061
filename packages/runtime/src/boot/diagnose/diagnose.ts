import { silentLogger } from '@molecule/adapters';
import type { RuntimeOptions } from '../runtime-types.js';
import { type CheckResult, warn } from './check.js';
import { checkEngine } from './check-engine.js';
import { checkPlatform } from './check-platform.js';
import { checkPort } from './check-port.js';
import { checkTaskStore } from './check-task-store.js';
import { checkTemporal } from './check-temporal.js';
import { checkAdapter, checkConfig } from './check-workspace.js';

/**
 * Checks everything that a start needs. A failed check does not end it, unless later checks depend on what failed.
 *
 * @param hide removes variables from the environment that programs of the engine inherit
 */
export async function diagnose(
  options: RuntimeOptions,
  hide: (names: readonly string[]) => void,
): Promise<readonly CheckResult[]> {
  const { results: configResults, workspace } = await checkConfig({ ...options, logger: silentLogger });
  if (workspace === undefined) return configResults;
  const { settings, ownSecrets } = workspace;
  hide(ownSecrets);
  const { result: adapterResult, configured } = await checkAdapter(workspace);
  const port = await checkPort(settings);
  const results = [...configResults, adapterResult];
  if (configured !== undefined && port.status === 'warn') {
    // A second engine could disturb the running one: both have the same state directory.
    const detail = 'not checked, because an agent is running on this port, and it may be this one';
    results.push(warn('engine', detail, 'ask the running agent: GET /readyz'));
  } else if (configured !== undefined) {
    results.push(await checkEngine(workspace, configured));
  }
  const independent = Promise.all([checkTemporal(settings), checkPlatform(settings)]);
  return [...results, port, ...(await checkTaskStore(settings)), ...(await independent)];
}

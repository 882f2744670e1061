import { silentLogger } from '@molecule/adapters';
import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { observedLocks } from '../../tasks/sqlite/boot-locks.js';
import type { WorkspaceOptions } from '../open-workspace.js';
import { type CheckResult, warn } from './check.js';
import { checkConsole } from './check-console.js';
import { checkEngine } from './check-engine.js';
import { checkIdentity } from './check-identity.js';
import { checkPlatform } from './check-platform.js';
import { checkGrpcPort, checkPort } from './check-port.js';
import { checkTaskStore } from './check-task-store.js';
import { checkTemporal } from './check-temporal.js';
import { checkAdapter, checkConfig } from './check-workspace.js';

/**
 * Checks everything that a start needs. A failed check does not end it, unless later checks depend on what failed.
 *
 * @param hide removes variables from the environment that programs of the engine inherit
 */
export async function diagnose(
  options: WorkspaceOptions,
  hide: (names: readonly string[]) => void,
): Promise<readonly CheckResult[]> {
  const { results: configResults, workspace } = await checkConfig({ ...options, logger: silentLogger });
  if (workspace === undefined) return configResults;
  const { settings, ownSecrets } = workspace;
  hide(ownSecrets);
  const { result: adapterResult, configured } = await checkAdapter(workspace);
  const port = await checkPort(settings);
  const results = [...configResults, adapterResult];
  const running = await runningAgent(settings, port);
  if (configured !== undefined && running !== undefined) {
    // A second engine could disturb the running one: both have the same state directory.
    results.push(warn('engine', `not checked, because ${running}`, 'ask the running agent: GET /readyz'));
  } else if (configured !== undefined) {
    results.push(await checkEngine(workspace, configured));
  }
  const independent = Promise.all([checkTemporal(settings), checkPlatform(settings, workspace.config.configDir)]);
  const identity = checkIdentity(settings);
  const grpc = await checkGrpcPort(settings, running !== undefined);
  const ports = grpc ? [port, grpc] : [port];
  const ownConsole = await checkConsole(workspace);
  return [
    ...results,
    ...ports,
    ...ownConsole,
    ...(await checkTaskStore(settings)),
    ...(await independent).flat(),
    ...(await identity),
  ];
}

/** Why the agent may be running already; undefined: it is not. */
async function runningAgent(
  { stateDir }: Pick<RuntimeSettings, 'stateDir'>,
  port: CheckResult,
): Promise<string | undefined> {
  if ((await observedLocks(stateDir).count()) > 0) return `an agent is running on the state directory ${stateDir}`;
  return port.status === 'warn' ? 'an agent is running on this port, and it may be this one' : undefined;
}

import type { Adapter } from '@molecule/adapters';
import { openEngine } from '../../boot/open-engine.js';
import type { WorkspaceDefinition } from '../../boot/open-workspace.js';
import { ShutdownSteps } from '../../boot/shutdown-steps.js';
import { checkEngine as askEngineHowItIs } from '../../runner/check-engine.js';
import type { RuntimeOptions } from '../../runtime-types.js';
import { type CheckResult, fail, failFor, ok } from './check.js';

/** An engine is well or not whatever its team: it is not asked for here. */
const NO_TEAM = { tools: [], mcp: undefined, prompt: { text: '', skills: [] } };

/** Makes the engine as a start would, asks it how it is, and ends it. */
export async function checkEngine(
  options: RuntimeOptions,
  workspace: WorkspaceDefinition,
  adapter: Adapter,
  runtimeConfig: unknown,
): Promise<CheckResult> {
  const steps = new ShutdownSteps();
  try {
    const { engine } = await openEngine(options, workspace, adapter, runtimeConfig, NO_TEAM, steps);
    const health = engine.check && (await askEngineHowItIs(engine));
    const model = workspace.settings.model === '' ? "the engine's own model" : workspace.settings.model;
    if (health === undefined) return ok('engine', `${adapter.displayName} was made, for ${model}`);
    return health.ok ? ok('engine', health.detail) : fail('engine', health.detail, 'see what the engine says');
  } catch (error) {
    return failFor('engine', error);
  } finally {
    await steps.runAll(workspace.logger);
  }
}

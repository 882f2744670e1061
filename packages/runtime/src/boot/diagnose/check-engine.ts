import { engineHealth } from '../../engine/engine-health.js';
import { ShutdownSteps } from '../../support/shutdown-steps.js';
import { openEngine } from '../engine/open-engine.js';
import { openWorkDirBase } from '../engine/open-work-dirs.js';
import type { ConfiguredAdapter, WorkspaceDefinition } from '../open-workspace.js';
import { readPrompt } from '../team/preview-prompt.js';
import { type CheckResult, fail, failFor, ok } from './check.js';

/** Creates the engine as a start does, but without tools, asks for its health, and disposes of it. */
export async function checkEngine(workspace: WorkspaceDefinition, configured: ConfiguredAdapter): Promise<CheckResult> {
  const { adapter } = configured;
  const steps = new ShutdownSteps();
  try {
    const prompt = await readPrompt(workspace, adapter);
    const team = { tools: [], mcp: undefined, prompt };
    const workDir = await openWorkDirBase(workspace);
    const { engine } = await openEngine(workspace, configured, { team, workDir }, steps);
    const health = engine.check && (await engineHealth(engine));
    const { model } = workspace.settings;
    const started = `${adapter.displayName} started, ${model === '' ? 'and chooses its model' : `with the model ${model}`}`;
    if (health === undefined) return ok('engine', started);
    return health.ok ? ok('engine', health.detail) : fail('engine', health.detail, 'see what the engine reports');
  } catch (error) {
    return failFor('engine', error);
  } finally {
    await steps.runAll(workspace.logger);
  }
}

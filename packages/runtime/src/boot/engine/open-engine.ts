import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter, AdapterContext, AgentEngine, EngineStore, Logger } from '@molecule/adapters';
import { type ModelAccess, openModelAccess } from '../../engine/model/model-access.js';
import type { WorkspacePrompt } from '../../prompt/workspace-prompt.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import { makeDirectory } from '../../tasks/storage/state-directory.js';
import type { ConfiguredAdapter, WorkspaceDefinition } from '../open-workspace.js';
import type { Team } from '../team/open-team.js';
import { startEngine } from './start-engine.js';

/** The parts of a team that an engine gets. */
export interface EngineTeam extends Pick<Team, 'tools' | 'mcp'> {
  readonly prompt: Pick<WorkspacePrompt, 'text' | 'skills'>;
}

/** What an engine is created with. */
export interface EngineParts {
  readonly team: EngineTeam;
  /** The base of the working directories, with links resolved. */
  readonly workDir: string;
  /** Absent if the engine runs no turns. */
  readonly store?: EngineStore;
}

/** The engine, ready for turns. */
export interface OpenEngine {
  /** Its events are checked. Files are not stored yet. */
  readonly engine: AgentEngine;
  /** The name of the demo model, if it answers. */
  readonly demoModel: string | undefined;
}

/** Creates the engine with everything that the contract promises. */
export async function openEngine(
  workspace: WorkspaceDefinition,
  { adapter, runtimeConfig }: ConfiguredAdapter,
  { team, workDir, store }: EngineParts,
  steps: ShutdownSteps,
): Promise<OpenEngine> {
  const { options, config, settings, logger } = workspace;
  const stateDir = join(settings.stateDir, 'engine');
  await makeDirectory(stateDir);
  // Engines compare paths with those that their tools resolve, in which links are followed.
  const runtimeDir = await realpath(settings.stateDir);
  const access = await reachModel(workspace, adapter);
  steps.add('demo model', () => access.stop());
  const contextWith = (engineLogger: Logger): AdapterContext => ({
    config: runtimeConfig,
    model: settings.model,
    ...(access.endpoint && { modelEndpoint: access.endpoint }),
    // Skills and prompt files may change while the engine runs. An engine that reads these for each turn gets the new ones.
    get systemPrompt() {
      return team.prompt.text;
    },
    get skills() {
      return team.prompt.skills;
    },
    tools: team.tools,
    ...(team.mcp && { mcp: { url: team.mcp.url } }),
    workspace: { id: settings.workspaceId, configDir: config.configDir, stateDir, runtimeDir, workDir },
    ...(store && { store }),
    environment: workspace.engineEnvironment,
    logger: engineLogger,
  });
  const { adapterModule, engineStartTimeoutMs: silenceMs } = settings;
  const module = adapterModule && !options.adapter ? `${adapterModule.specifier} (${adapterModule.source})` : undefined;
  const { own, checked } = await startEngine({
    adapter,
    contextWith,
    logger: logger.child({ engine: adapter.name }),
    silenceMs,
    module,
  });
  steps.add('engine', () => own[Symbol.asyncDispose]?.());
  return { engine: checked, demoModel: access.endpoint?.model };
}

function reachModel(
  { options, config, settings, engineEnvironment, logger }: WorkspaceDefinition,
  adapter: Adapter,
): Promise<ModelAccess> {
  return openModelAccess({
    adapter,
    model: settings.model,
    environment: engineEnvironment,
    dev: options.dev ?? false,
    demoModel: options.demoModel ?? false,
    demoModelPath: settings.demoModel.path,
    configDir: config.configDir,
    logger,
  });
}

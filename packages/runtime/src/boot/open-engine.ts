import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter, AdapterContext, AgentEngine, Logger } from '@molecule/adapters';
import { withIncomingFiles } from '../attachments/incoming-files.js';
import { type ModelAccess, openModelAccess } from '../model/model-access.js';
import type { WorkspacePrompt } from '../prompt/workspace-prompt.js';
import type { RuntimeOptions } from '../runtime-types.js';
import { makeDirectory } from '../storage/state-directory.js';
import type { Team } from './open-team.js';
import type { WorkspaceDefinition } from './open-workspace.js';
import type { ShutdownSteps } from './shutdown-steps.js';
import { startEngine } from './start-engine.js';

/** What an engine is given of the team. */
export interface EngineTeam extends Pick<Team, 'tools' | 'mcp'> {
  readonly prompt: Pick<WorkspacePrompt, 'text' | 'skills'>;
}

/** The engine, ready for turns. */
export interface OpenEngine {
  readonly engine: AgentEngine;
  /** Whether the demo model answers, and under which name. */
  readonly demoModel: string | undefined;
}

/** Makes the engine with all that the contract promises it. */
export async function openEngine(
  options: RuntimeOptions,
  workspace: WorkspaceDefinition,
  adapter: Adapter,
  runtimeConfig: unknown,
  team: EngineTeam,
  steps: ShutdownSteps,
): Promise<OpenEngine> {
  const { config, settings, logger } = workspace;
  const stateDir = join(settings.stateDir, 'engine');
  for (const directory of [stateDir, settings.workDir]) await makeDirectory(directory);
  // Engines compare paths with what their tools resolve, links followed.
  const workDir = await realpath(settings.workDir);
  const access = await reachModel(options, workspace, adapter);
  steps.add('demo model', () => access.stop());
  const contextWith = (heard: Logger): AdapterContext => ({
    config: runtimeConfig,
    model: settings.model,
    ...(access.endpoint && { modelEndpoint: access.endpoint }),
    // A skill or prompt file may change while the engine runs: an engine that looks for each turn sees the new one.
    get systemPrompt() {
      return team.prompt.text;
    },
    get skills() {
      return team.prompt.skills;
    },
    tools: team.tools,
    ...(team.mcp && { mcp: { url: team.mcp.url, token: team.mcp.token } }),
    workspace: { id: settings.workspaceId, configDir: config.configDir, stateDir, workDir },
    environment: options.environment,
    logger: heard,
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
  return { engine: withIncomingFiles(checked, workDir), demoModel: access.endpoint?.model };
}

function reachModel(options: RuntimeOptions, workspace: WorkspaceDefinition, adapter: Adapter): Promise<ModelAccess> {
  const { config, settings, logger } = workspace;
  return openModelAccess({
    adapter,
    model: settings.model,
    environment: options.environment,
    dev: options.dev ?? false,
    demoModel: options.demoModel ?? false,
    demoModelPath: settings.demoModel.path,
    configDir: config.configDir,
    logger,
  });
}

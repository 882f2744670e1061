import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AdapterContext, AgentEngine } from '@molecule/adapters';
import { ClaudeEngine } from './claude-engine.js';
import { findExecutable } from './cli/executable.js';
import { loadSdk } from './cli/load-sdk.js';
import type { ClaudeCodeConfig } from './config.js';
import { checkCredentials } from './credentials.js';
import { claudeEnvironment } from './environment.js';
import { prepareFolders } from './folders.js';
import { modelName } from './model.js';
import { PathScope } from './permissions/path-scope.js';
import { PermissionPolicy } from './permissions/policy.js';
import { ProcessLauncher } from './process/process-launcher.js';
import { ProcessPool } from './process/process-pool.js';
import { readInstructions } from './prompt/instructions.js';
import { SkillsPlugin } from './skills/skills-plugin.js';

/** Makes the engine of a workspace. Starts no process: the first turn does. */
export async function createClaudeEngine(context: AdapterContext<ClaudeCodeConfig>): Promise<AgentEngine> {
  const { config, workspace, logger } = context;
  const model = modelName(context);
  if (context.modelEndpoint === undefined) checkCredentials(context.environment);
  const executable = await findExecutable();
  const folders = await prepareFolders(workspace, config.session_dir);
  const pool = new ProcessPool({
    maxProcesses: config.max_processes,
    idleMs: config.idle_process_seconds * 1000,
    logger,
  });
  // A skill's scripts and references lie beside its SKILL.md.
  const scope = new PathScope(folders.work, config.additional_directories, [join(workspace.configDir, 'skills')]);
  const launcher = new ProcessLauncher({
    sdk: await loadSdk(folders.home),
    config,
    model,
    executable,
    folders,
    environment: claudeEnvironment(context, folders),
    policy: new PermissionPolicy(config.permissions, scope),
    mcp: context.mcp,
    // Two runtimes on one machine must not take each other's processes for their own.
    markPrefix: createHash('sha256').update(join(workspace.stateDir)).digest('hex').slice(0, 16),
    logger,
  });
  const skills = new SkillsPlugin(context);
  const setup = async () => ({ instructions: await readInstructions(context), skills: await skills.read() });
  const repeatsCalls = config.max_retries > 0;
  return new ClaudeEngine({
    workspaceId: workspace.id,
    executable,
    folders,
    launcher,
    pool,
    setup,
    repeatsCalls,
    logger,
  });
}

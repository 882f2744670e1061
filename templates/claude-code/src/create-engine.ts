import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AdapterContext, AgentEngine } from '@molecule/adapters';
import { findExecutable } from './cli/executable.js';
import { loadSdk } from './cli/load-sdk.js';
import type { ClaudeCodeConfig } from './config.js';
import { ClaudeEngine } from './engine.js';
import { claudeEnvironment } from './environment.js';
import { prepareFolders } from './folders.js';
import { checkCredentials } from './model/credentials.js';
import { modelName } from './model/model-name.js';
import { PathScope } from './permissions/path-scope.js';
import { PermissionPolicy } from './permissions/policy.js';
import { ProcessLauncher } from './process/process-launcher.js';
import { ProcessPool } from './process/process-pool.js';
import { readInstructions } from './prompt/instructions.js';
import { Archives } from './sessions/archives.js';
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
  const scopeFor = (workDir: string) =>
    new PathScope(workDir, {
      additional: config.additional_directories,
      // A skill's scripts and references lie beside its SKILL.md.
      readable: [join(workspace.configDir, 'skills')],
      hidden: folders.hidden,
    });
  const launcher = new ProcessLauncher({
    program: {
      sdk: await loadSdk(folders.home),
      executable,
      environment: claudeEnvironment(context, folders),
      markPrefix: createHash('sha256').update(join(workspace.stateDir)).digest('hex').slice(0, 16),
    },
    config,
    model,
    folders,
    policyFor: (workDir) => new PermissionPolicy(config.permissions, scopeFor(workDir)),
    logger,
  });
  const skills = new SkillsPlugin(context);
  const setup = async () => ({ instructions: await readInstructions(context), skills: await skills.read() });
  const repeatsCalls = config.max_retries > 0;
  return new ClaudeEngine({
    executable,
    folders,
    archives: new Archives(workspace.id, folders, config.session_dir === undefined ? context.store : undefined),
    launcher,
    pool,
    setup,
    repeatsCalls,
    logger,
  });
}

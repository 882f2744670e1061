import { loadAdapter, MoleculeError, silentLogger } from '@molecule/adapters';
import { loadConfig } from '../../config/load-config.js';
import type { WorkspaceConfig } from '../../config/workspace-config.js';
import { describeTeam } from '../../coordinator/describe-team.js';
import { configuredPeers } from '../../delegation/configured-peers.js';
import { readSettings } from '../../environment/read-settings.js';
import { buildSystemPrompt } from '../../prompt/build-system-prompt.js';
import { loadSkills } from '../../skills/load-skills.js';
import { mayDelegate } from '../../tools/select-tools.js';
import { type CliHost, EXIT_CODES } from '../cli-host.js';
import { configPathOf } from '../config-path.js';

export interface PromptCommand {
  readonly directory: string | undefined;
}

/** `molecule prompt`: the system prompt as files, skills and configuration make it, without what a platform would add. */
export async function runPrompt({ directory }: PromptCommand, host: CliHost): Promise<number> {
  const config = await loadConfig({ configPath: configPathOf(directory, host) });
  const { configDir, promptFiles } = config;
  const { skills, notes } = await loadSkills(configDir);
  const engine = await engineOf(config, host);
  const prompt = await buildSystemPrompt({
    configDir,
    promptFiles,
    skills: engine.nativeSkills ? [] : skills,
    ...(await teamOf(config, host)),
  });
  for (const note of [...notes, ...prompt.notes, ...engine.notes]) host.stderr.write(`${note}\n`);
  host.stdout.write(prompt.text === '' ? '' : `${prompt.text}\n`);
  return EXIT_CODES.ok;
}

/** Whether the engine takes the skills in its own way. The prompt can be looked at before there is an engine, too. */
async function engineOf(config: WorkspaceConfig, { environment }: CliHost) {
  const { adapterModule } = readSettings(environment, config);
  try {
    const { adapter } = await loadAdapter({
      specifier: adapterModule?.specifier,
      from: config.configDir,
      runtime: config.runtime,
    });
    return { nativeSkills: adapter.nativeSkills === true, notes: [] };
  } catch (error) {
    if (!MoleculeError.is(error)) throw error;
    return {
      nativeSkills: false,
      notes: [`the skills are printed, though the engine may take them in its own way: ${error.message}`],
    };
  }
}

async function teamOf(config: WorkspaceConfig, { environment, stderr }: CliHost) {
  if (config.subWorkspaces.length === 0 || (config.tools.length > 0 && !mayDelegate(config.tools))) return {};
  const { workspaceId } = readSettings(environment, config);
  const warn = (message: string) => void stderr.write(`${message}\n`);
  const logger = { ...silentLogger, warn };
  const peers = await configuredPeers(config.subWorkspaces, environment, workspaceId, logger).peers();
  return describeTeam(peers, workspaceId);
}

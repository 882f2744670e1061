import { type Adapter, type Logger, MoleculeError, silentLogger } from '@molecule/adapters';
import type { WorkspacePrompt } from '../../prompt/workspace-prompt.js';
import { configuredPeers } from '../../team/delegation/configured-peers.js';
import { findAdapter, readWorkspace, type WorkspaceDefinition, type WorkspaceOptions } from '../open-workspace.js';
import { composePrompt } from './compose-prompt.js';

/**
 * The system prompt that an engine would get, without what a platform would add.
 *
 * @param note Called for each remark about the prompt: a file that is missing, a skill that is left out.
 * @throws {ConfigError} with every problem of the file and the environment
 */
export async function previewPrompt(options: WorkspaceOptions, note: (text: string) => void): Promise<string> {
  const logger: Logger = { ...silentLogger, warn: note };
  // A warning about a setting is no remark about the prompt.
  const workspace = { ...(await readWorkspace({ ...options, logger: silentLogger })), logger };
  const adapter = await adapterIfAny(workspace);
  return (await readPrompt(workspace, adapter)).text;
}

/** The prompt of a workspace that has no platform, read once. */
export async function readPrompt(
  workspace: WorkspaceDefinition,
  adapter: Pick<Adapter, 'nativeSkills'>,
): Promise<WorkspacePrompt> {
  const { options, config, settings, logger } = workspace;
  const directory = configuredPeers(config.subWorkspaces, options.environment, settings.workspaceId, logger);
  const prompt = composePrompt(workspace, { adapter, directory });
  await prompt.read();
  return prompt;
}

/** A prompt can be previewed before there is an adapter. */
async function adapterIfAny(workspace: WorkspaceDefinition): Promise<Pick<Adapter, 'nativeSkills'>> {
  try {
    return await findAdapter(workspace);
  } catch (error) {
    if (!MoleculeError.is(error)) throw error;
    workspace.logger.warn(
      `the adapter cannot be loaded; if its engine reads the skills itself, its prompt does not contain them: ${error.message}`,
    );
    return {};
  }
}

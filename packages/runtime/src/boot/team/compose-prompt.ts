import type { Adapter } from '@molecule/adapters';
import { type Surroundings, WorkspacePrompt } from '../../prompt/workspace-prompt.js';
import { TOOL_NAMES } from '../../settings/config/tool-names.js';
import { describeTeam } from '../../team/coordinator/describe-team.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import { mayDelegate, selectTools } from '../../tooling/select-tools.js';
import type { WorkspaceDefinition } from '../open-workspace.js';

/** What a prompt is composed of besides the workspace's own files. */
export interface PromptParts {
  readonly adapter: Pick<Adapter, 'nativeSkills'>;
  readonly directory: PeerDirectory;
  /** Absent: the workspace belongs to no platform. */
  readonly platform?: { surroundings(): Promise<Surroundings> } | undefined;
}

/** The system prompt of a workspace, not read yet. `start`, `prompt` and `doctor` all compose it here. */
export function composePrompt(workspace: WorkspaceDefinition, parts: PromptParts): WorkspacePrompt {
  const { config, settings, logger } = workspace;
  const { adapter, directory, platform } = parts;
  const delegates = canDelegate(workspace, platform !== undefined);
  return new WorkspacePrompt({
    configDir: config.configDir,
    promptFiles: config.promptFiles,
    skillsInPrompt: adapter.nativeSkills !== true,
    async surroundings() {
      // If the prompt lists peers but no tool can reach them, a model makes promises that it cannot keep.
      const [around = {}, peers] = await Promise.all([platform?.surroundings(), delegates ? directory.peers() : []]);
      return { ...around, ...describeTeam(peers, settings.workspaceId) };
    },
    logger,
  });
}

/** True if the agent's tools can give a task to a peer. */
export function canDelegate({ config }: WorkspaceDefinition, hasPlatform: boolean): boolean {
  const all = TOOL_NAMES.map((name) => ({ name }));
  const selected = selectTools(all, config.tools, hasTeam(config, hasPlatform));
  return mayDelegate(selected.map(({ name }) => name));
}

/** True if the agent has peers, or may get some from the platform. */
export function hasTeam({ subWorkspaces }: WorkspaceDefinition['config'], hasPlatform: boolean): boolean {
  return subWorkspaces.length > 0 || hasPlatform;
}

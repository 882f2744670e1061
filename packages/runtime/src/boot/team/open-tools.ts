import type { JsonObject } from '@molecule/adapters';
import type { OutgoingFiles } from '../../engine/files/outgoing-files.js';
import type { Platform } from '../../platform/open-platform.js';
import type { ShutdownSteps } from '../../support/shutdown-steps.js';
import type { Memories } from '../../tasks/team/memories.js';
import type { Delegator } from '../../team/delegation/delegator.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import { delegationTools } from '../../team/tools/delegation-tools.js';
import { memoryTools } from '../../team/tools/memory-tools.js';
import { noPerson, personTools } from '../../team/tools/person-tools.js';
import { teamTools } from '../../team/tools/team-tools.js';
import type { TurnTool } from '../../tooling/define-tool.js';
import { fileTool } from '../../tooling/file-tool.js';
import { selectTools } from '../../tooling/select-tools.js';
import type { ToolServer } from '../../tooling/tool-server.js';
import type { ToolTurns } from '../../tooling/tool-turns.js';
import type { WorkspaceDefinition } from '../open-workspace.js';
import { hasTeam } from './compose-prompt.js';

/** What the tools work with. */
export interface ToolParts {
  readonly directory: PeerDirectory;
  readonly delegator: Delegator;
  readonly files: OutgoingFiles;
  /** Used if there is no platform. */
  readonly memories: Memories;
  /** Undefined: the workspace belongs to no platform. */
  readonly platform: Platform | undefined;
}

/** The tools of the runtime that the engine gets, not assigned to its turns yet. */
export function openTools(workspace: WorkspaceDefinition, parts: ToolParts): readonly TurnTool[] {
  const { config, settings } = workspace;
  const { directory, delegator, files, memories, platform } = parts;
  const all = [
    ...teamTools({ directory, info: platform ? () => platform.workspaceInfo() : async () => workspaceInfo(workspace) }),
    ...delegationTools({ delegator, directory, ownId: settings.workspaceId }),
    ...personTools(platform?.person ?? noPerson),
    fileTool(files),
    ...memoryTools(platform?.memories ?? memories),
  ];
  return selectTools(all, config.tools, hasTeam(config, platform !== undefined));
}

/** The same tools for engines that use MCP; undefined if there are none. */
export async function openToolServer(
  tools: readonly TurnTool[],
  turns: ToolTurns,
  { logger }: WorkspaceDefinition,
  steps: ShutdownSteps,
): Promise<ToolServer | undefined> {
  if (tools.length === 0) return undefined;
  // Loaded only if needed: the MCP SDK makes every start slower.
  const { startToolServer } = await import('../../tooling/tool-server.js');
  const server = await startToolServer({ tools, turns, logger });
  steps.add('tool server', () => server.close());
  return server;
}

function workspaceInfo({ config, settings }: WorkspaceDefinition): JsonObject {
  const { name, description, version, runtime } = config;
  const { workspaceId: id, parentId } = settings;
  return { id, name, description, version, runtime, parent_id: parentId ?? null, status: 'online' };
}

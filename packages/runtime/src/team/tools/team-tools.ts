import type { JsonObject } from '@molecule/adapters';
import { z } from 'zod';
import { defineTool, type TurnTool } from '../../tooling/define-tool.js';
import type { PeerDirectory, TeamPeer } from '../delegation/team-peer.js';

export interface TeamToolsOptions {
  readonly directory: PeerDirectory;
  /** The workspace's description of itself; called each time. */
  readonly info: () => Promise<JsonObject>;
}

/** The tools that describe the peers and the workspace itself. */
export function teamTools({ directory, info }: TeamToolsOptions): readonly TurnTool[] {
  return [
    defineTool({
      name: 'list_peers',
      description: 'Lists the workspaces that tasks can be delegated to: ids, skills, whether they are online.',
      input: z.object({}),
      run: async () => ({ peers: (await directory.peers()).map(listing) }),
    }),
    defineTool({
      name: 'get_workspace_info',
      description: 'Describes this workspace: id, name, role, parent, status.',
      input: z.object({}),
      run: info,
    }),
  ];
}

function listing({ id, name, role, status, description, skills = [], parentId }: TeamPeer): JsonObject {
  return {
    id,
    name,
    status: status ?? 'unknown',
    ...(role !== undefined && { role }),
    ...(description !== undefined && { description }),
    ...(parentId !== undefined && { parent_id: parentId }),
    skills: skills.map((skill) => ({ name: skill.name, description: skill.description ?? '' })),
  };
}

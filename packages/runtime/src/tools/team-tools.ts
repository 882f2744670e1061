import type { JsonObject, RuntimeTool } from '@molecule/adapters';
import { z } from 'zod';
import type { PeerDirectory, TeamPeer } from '../delegation/team-peer.js';
import { defineTool } from './define-tool.js';

export interface TeamToolsOptions {
  readonly directory: PeerDirectory;
  /** What the workspace says of itself, asked for anew each time. */
  readonly info: () => Promise<JsonObject>;
}

/** The tools that tell who is there. */
export function teamTools({ directory, info }: TeamToolsOptions): readonly RuntimeTool[] {
  return [
    defineTool({
      name: 'list_peers',
      description:
        'Lists the workspaces that tasks can be delegated to: ids, what they can do, whether they are there.',
      input: z.object({}),
      run: async () => ({ peers: (await directory.peers()).map(describe) }),
    }),
    defineTool({
      name: 'get_workspace_info',
      description: 'Tells about this workspace itself: id, name, role, parent, status.',
      input: z.object({}),
      run: info,
    }),
  ];
}

function describe({ id, name, role, status, description, skills = [], parentId }: TeamPeer): JsonObject {
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

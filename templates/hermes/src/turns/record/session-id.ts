import { createHash } from 'node:crypto';

/**
 * The Hermes session of a conversation. A hash, because a context id comes from the caller and a session id ends in file
 * names; with the workspace in it, because one Hermes may serve several workspaces.
 */
export function sessionIdOf(workspaceId: string, contextId: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([workspaceId, contextId]))
    .digest('hex');
  return `molecule-${hash.slice(0, 32)}`;
}

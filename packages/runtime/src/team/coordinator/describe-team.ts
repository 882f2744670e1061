import type { SystemPromptOptions } from '../../prompt/build-system-prompt.js';
import type { TeamPeer } from '../delegation/team-peer.js';
import { buildChildrenDescription, getChildren } from './children.js';

/**
 * The prompt's sections on the team and on other peers. Their status is left to `list_peers`: it changes often, and each
 * change of the prompt would invalidate the model's cache.
 */
export function describeTeam(
  peers: readonly TeamPeer[],
  ownId: string,
): Required<Pick<SystemPromptOptions, 'peers' | 'children'>> {
  const known = peers.map((peer) => ({ ...peer, status: 'see list_peers' }));
  const children = getChildren(known, ownId);
  const others = known.filter((peer) => !children.includes(peer) && peer.id !== ownId);
  return { peers: others, children: buildChildrenDescription(children) };
}

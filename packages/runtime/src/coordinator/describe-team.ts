import type { TeamPeer } from '../delegation/team-peer.js';
import type { SystemPromptOptions } from '../prompt/build-system-prompt.js';
import { buildChildrenDescription, getChildren } from './children.js';

/**
 * What the prompt tells of the team: who is led, and who else there is. Who is there now changes by the minute, and a
 * prompt that changes costs the model's cache; that is what `list_peers` is for.
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

import type { TeamPeer } from '../delegation/team-peer.js';

/** The children of this workspace: the members of its team. */
export function getChildren(peers: readonly TeamPeer[], ownId: string): readonly TeamPeer[] {
  return peers.filter(({ parentId, id }) => parentId === ownId && id !== ownId);
}

/** The prompt section for the coordinator of a team; empty without members. */
export function buildChildrenDescription(children: readonly TeamPeer[]): string {
  if (children.length === 0) return '';
  return [
    'You coordinate the workspaces listed here. Divide a task into parts, delegate each part to the member whose skills fit, and combine the answers yourself.',
    '',
    ...children.map(memberLine),
    '',
    'Use `route_task_to_team` to find the best member, also for several parts at once, or `delegate_task` to choose one. Do yourself only what no member can.',
  ].join('\n');
}

function memberLine({ id, name, role, status, description, skills }: TeamPeer): string {
  const abilities = (skills ?? []).map((skill) => oneLine(skill.name)).filter((text) => text !== '');
  const about = [role, description, abilities.length > 0 ? `skills: ${abilities.join(', ')}` : undefined]
    .map((text) => oneLine(text ?? ''))
    .filter((text) => text !== '');
  return `- **${oneLine(name)}** (id: ${oneLine(id)}, ${oneLine(status ?? '') || 'status unknown'})${about.length > 0 ? `: ${about.join('; ')}` : ''}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

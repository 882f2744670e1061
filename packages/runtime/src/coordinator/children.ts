import type { TeamPeer } from '../delegation/team-peer.js';

/** The workspaces below this one. */
export function getChildren(peers: readonly TeamPeer[], ownId: string): readonly TeamPeer[] {
  return peers.filter(({ parentId, id }) => parentId === ownId && id !== ownId);
}

/** What a coordinator is told of leading its team; empty for one who leads nobody. */
export function buildChildrenDescription(children: readonly TeamPeer[]): string {
  if (children.length === 0) return '';
  return [
    'You coordinate the workspaces listed here. Take a task apart, hand each part to the member whose skills fit, and put the answers together yourself.',
    '',
    ...children.map(describe),
    '',
    'Use `route_task_to_team` to let the best member be found, several parts at once, or `delegate_task` to name one. Do yourself only what no member can.',
  ].join('\n');
}

function describe({ id, name, role, status, description, skills }: TeamPeer): string {
  const abilities = (skills ?? []).map((skill) => oneLine(skill.name)).filter((text) => text !== '');
  const about = [role, description, abilities.length > 0 ? `skills: ${abilities.join(', ')}` : undefined]
    .map((text) => oneLine(text ?? ''))
    .filter((text) => text !== '');
  return `- **${oneLine(name)}** (id: ${oneLine(id)}, ${oneLine(status ?? '') || 'status unknown'})${about.length > 0 ? `: ${about.join('; ')}` : ''}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

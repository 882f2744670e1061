import type { Peer, PeerSkill } from './peer.js';

export interface PeerSectionOptions {
  /** Name of the tool that delegates. Default `delegate_task`. */
  readonly tool?: string;
  /** Default `Your Peers`. */
  readonly heading?: string;
}

/**
 * The part of a system prompt that lists the workspaces to delegate to, in Markdown; an empty text when there are none.
 * What peers say of themselves is put on one line each, so that it cannot pass for a section of the prompt.
 */
export function buildPeerSection(peers: readonly Peer[], options: PeerSectionOptions = {}): string {
  if (peers.length === 0) return '';
  const { tool = 'delegate_task', heading = 'Your Peers' } = options;
  return [
    `## ${heading}`,
    '',
    ...peers.flatMap(describePeer),
    '',
    `Use the \`${tool}\` tool to hand a task to one of these peers, by its id. Delegate only to peers listed here.`,
  ].join('\n');
}

function describePeer(peer: Peer): readonly string[] {
  const id = oneLine(peer.id).replaceAll('`', '');
  const status = oneLine(peer.status ?? '') || 'unknown';
  const details = [
    ['Role', oneLine(peer.role ?? '')],
    ['Description', oneLine(peer.description ?? '')],
    ['Skills', (peer.skills ?? []).map(describeSkill).filter(Boolean).join('; ')],
  ] as const;
  return [
    `- **${oneLine(peer.name) || id}** (id: \`${id}\`, status: ${status})`,
    ...details.filter(([, text]) => text !== '').map(([label, text]) => `  - ${label}: ${text}`),
  ];
}

function describeSkill(skill: PeerSkill): string {
  const name = oneLine(skill.name) || oneLine(skill.id ?? '');
  const description = oneLine(skill.description ?? '');
  return description === '' ? name : `${name} (${description})`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** An ability of a peer. */
export interface PeerSkill {
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
}

/** Another agent, to which this one may delegate tasks. */
export interface Peer {
  readonly id: string;
  readonly name: string;
  readonly role?: string;
  /** As the platform gives it, for example `online`. */
  readonly status?: string;
  /** Address of the peer. The model does not see it, because it names peers by their id. */
  readonly url?: string;
  readonly description?: string;
  readonly skills?: readonly PeerSkill[];
}

export interface PeerSectionOptions {
  /** Name of the tool that delegates. Default `delegate_task`, the runtime's own. */
  readonly tool?: string;
  /** Heading of the section. Default `Your Peers`. */
  readonly heading?: string;
}

/**
 * The section of a system prompt that lists the peers, in Markdown; an empty text if there are none. Each text of a peer is put on one
 * line, so that it cannot look like a section of the prompt.
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

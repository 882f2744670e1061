import { z } from 'zod';
import { peerFetch } from '../../team/delegation/peer-fetch.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import type { ShownDelegation } from './shown-delegation.js';

/** The largest answer of a peer that is read. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Delegations of one task whose peers are asked. */
const MOST_ASKED = 20;
/** Delegations that are taken over from one answer. */
const MOST_CHILDREN = 100;
/** A peer has a second, and one more for each agent that it asks in turn. */
const LEVEL_MS = 1_000;

/** Whom to ask for what. */
export interface AskedPeers {
  /** How many levels of further agents are asked; 0: none. */
  readonly depth: number;
}

const bounded = (most: number) => z.string().transform((text) => text.slice(0, most));

/** What a peer says of itself is not trusted: everything else is left out, and texts are cut. */
const child = z.object({
  id: bounded(200),
  peer: z.object({ id: bounded(200), name: bounded(200), url: bounded(2_000) }),
  text: bounded(500),
  mode: bounded(40),
  state: bounded(40),
  remoteTask: bounded(255).optional(),
  answer: bounded(2_000).optional(),
  attempts: z.number(),
  createdAt: bounded(40),
  childrenError: bounded(500).optional(),
});

const answer = z.object({ delegations: z.array(z.looseObject({ children: z.unknown() })) });

/**
 * The delegations with what the peers have delegated in turn. Each peer is asked by its console's read API, with the token that delegations
 * use, so it shows what belongs to this agent only. A peer that does not answer in time, or has no console, costs nothing but its part.
 */
export async function withChildren(
  delegations: readonly ShownDelegation[],
  directory: PeerDirectory,
  { depth }: AskedPeers,
): Promise<readonly ShownDelegation[]> {
  if (depth < 1 || delegations.every(({ remoteTask }) => remoteTask === undefined)) return delegations;
  const peers = new Map((await directory.peers()).map((peer) => [peer.id, peer]));
  return Promise.all(
    delegations.map(async (delegation, index) => {
      const { remoteTask, peer } = delegation;
      if (remoteTask === undefined || index >= MOST_ASKED) return delegation;
      const { url, token } = peers.get(peer.id) ?? {};
      if (!url) return { ...delegation, childrenError: 'The peer has no address of its own in the team.' };
      const found = await childrenAt({ url, token, task: remoteTask, depth: depth - 1 });
      return { ...delegation, ...found };
    }),
  );
}

interface Question {
  readonly url: string;
  readonly token: string | undefined;
  readonly task: string;
  readonly depth: number;
}

async function childrenAt({
  url,
  token,
  task,
  depth,
}: Question): Promise<Pick<ShownDelegation, 'children' | 'childrenError'>> {
  const address = `${url.replace(/(?<!\/)\/+$/, '')}/console/api/tasks/${encodeURIComponent(task)}?depth=${depth}`;
  try {
    const response = await peerFetch(url, { token, mostBytes: MOST_BYTES })(address, {
      headers: { accept: 'application/json', 'a2a-version': '1.0' },
      signal: AbortSignal.timeout(LEVEL_MS * (depth + 1)),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { childrenError: refusalOf(response.status) };
    }
    return { children: childrenIn(await response.json(), depth) };
  } catch (error) {
    const late = (error as Error).name === 'TimeoutError';
    return {
      childrenError: late ? 'The peer did not answer in time.' : `The peer could not be asked: ${messageOf(error)}`,
    };
  }
}

function refusalOf(status: number): string {
  if (status === 404) return 'The peer has no console, or does not have the task any more.';
  if (status === 401 || status === 403) return 'The peer does not let this agent read: its token needs the scope read.';
  return `The peer answered with status ${status}.`;
}

function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

function childrenIn(value: unknown, depth: number): readonly ShownDelegation[] {
  const parsed = answer.safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.delegations.slice(0, MOST_CHILDREN).flatMap((one) => {
    const known = child.safeParse(one);
    if (!known.success) return [];
    const { children } = one;
    const nested = depth > 0 && children !== undefined ? childrenIn({ delegations: children }, depth - 1) : undefined;
    return [{ ...known.data, ...(nested && { children: nested }) } as ShownDelegation];
  });
}

import type { PeerSkill } from '@molecule/adapters';
import { z } from 'zod';
import { AGENT_CARD_PATH } from '../../support/network/agent-card-path.js';
import { peerFetch } from './peer-fetch.js';

/** The timeout for reading a card, after which the peer counts as offline. */
const READ_MS = 2_000;
/** The limit of a card; one with hundreds of skills has some hundred kilobytes. */
const MOST_CARD_BYTES = 1024 * 1024;

const card = z.looseObject({
  description: z.string().default(''),
  skills: z.array(z.looseObject({ id: z.string(), name: z.string(), description: z.string().default('') })).default([]),
});

/** The part of a peer's card that is used here. */
export interface PeerCard {
  readonly description: string;
  readonly skills: readonly PeerSkill[];
}

/** The card of the agent at an address; `undefined` if no agent answers there. */
export async function readCard(url: string): Promise<PeerCard | undefined> {
  try {
    const address = `${url.replace(/(?<!\/)\/+$/, '')}${AGENT_CARD_PATH}`;
    const response = await peerFetch(url, { mostBytes: MOST_CARD_BYTES })(address, {
      signal: AbortSignal.timeout(READ_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    return cardOf(await response.json());
  } catch {
    // The server is unreachable, or is not an A2A agent. Both mean that there is no card.
    return undefined;
  }
}

/** A card that the platform passed on; `undefined` if it is invalid. */
export function cardOf(value: unknown): PeerCard | undefined {
  const parsed = card.safeParse(value);
  if (!parsed.success) return undefined;
  const skills = parsed.data.skills.map(({ id, name, description }) => ({ id, name, description }));
  return { description: parsed.data.description, skills };
}

import type { PeerSkill } from '@molecule/adapters';
import { z } from 'zod';
import { peerFetch } from './peer-fetch.js';

/** A peer that takes longer to show its card is told as offline for now. */
const ASK_MS = 2_000;
/** A card of hundreds of skills has some hundred kilobytes. */
const MOST_CARD_BYTES = 1024 * 1024;

const card = z.looseObject({
  description: z.string().default(''),
  skills: z.array(z.looseObject({ id: z.string(), name: z.string(), description: z.string().default('') })).default([]),
});

/** What a peer's card says of it. */
export interface PeerCard {
  readonly description: string;
  readonly skills: readonly PeerSkill[];
}

/** The card of the agent at an address; `undefined` when none answers there now. */
export async function readCard(url: string): Promise<PeerCard | undefined> {
  try {
    const address = `${url.replace(/(?<!\/)\/+$/, '')}/.well-known/agent-card.json`;
    const response = await peerFetch(url, { mostBytes: MOST_CARD_BYTES })(address, {
      signal: AbortSignal.timeout(ASK_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    return cardOf(await response.json());
  } catch {
    // Nobody is there, or what is there is no agent: both are the answer to the question.
    return undefined;
  }
}

/** A card as somebody else hands it on; `undefined` when it is none. */
export function cardOf(value: unknown): PeerCard | undefined {
  const parsed = card.safeParse(value);
  if (!parsed.success) return undefined;
  const skills = parsed.data.skills.map(({ id, name, description }) => ({ id, name, description }));
  return { description: parsed.data.description, skills };
}

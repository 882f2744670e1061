import type { JsonObject, Logger } from '@molecule/adapters';
import { z } from 'zod';
import type { Env } from '../../settings/environment/env.js';
import { slug } from '../../settings/environment/slug.js';
import { readCard } from './peer-card.js';
import type { PeerDirectory, TeamPeer } from './team-peer.js';

const entry = z.looseObject({
  name: z.string().trim().min(1),
  id: z.string().trim().min(1).optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  role: z.string().optional(),
  description: z.string().optional(),
  skills: z
    .array(z.union([z.string(), z.looseObject({ name: z.string(), description: z.string().optional() })]))
    .optional(),
  /** The variable with the token that the peer requires. */
  token_env: z.string().optional(),
});

type Entry = z.output<typeof entry>;

/** The time for which the cards are reused, since each delegation needs the peers. Milliseconds. */
const FRESH_MS = 5_000;

/** The `sub_workspaces` of `config.yaml` with a `url`. Reading each card shows whether the peer is online. */
export function configuredPeers(
  subWorkspaces: readonly JsonObject[],
  environment: Env,
  ownId: string,
  logger: Logger,
): PeerDirectory {
  const entries = subWorkspaces.flatMap((value, index) => {
    const parsed = entry.safeParse(value);
    if (parsed.success) return parsed.data.url === undefined ? [] : [parsed.data];
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    logger.warn(`sub_workspaces[${index}] cannot be delegated to: ${problems}`);
    return [];
  });
  let known: Promise<readonly TeamPeer[]> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    peers() {
      if (known === undefined || performance.now() - readAt > FRESH_MS) {
        readAt = performance.now();
        known = Promise.all(entries.map((one) => toPeer(one, environment, ownId)));
      }
      return known;
    },
  };
}

async function toPeer(one: Entry, environment: Env, ownId: string): Promise<TeamPeer> {
  const { name, url = '', role, description, token_env: variable } = one;
  const card = await readCard(url);
  const token = variable === undefined ? undefined : environment[variable]?.trim();
  const skills = one.skills?.map((skill) => (typeof skill === 'string' ? { name: skill } : toSkill(skill)));
  return {
    id: one.id ?? slug(name),
    name,
    url,
    parentId: ownId,
    status: card === undefined ? 'offline' : 'online',
    ...(role !== undefined && { role }),
    ...((description ?? card?.description) !== undefined && { description: description ?? card?.description ?? '' }),
    skills: skills ?? card?.skills ?? [],
    ...(token && { token }),
  };
}

function toSkill({ name, description }: { readonly name: string; readonly description?: string | undefined }) {
  return description === undefined ? { name } : { name, description };
}

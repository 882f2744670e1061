import type { JsonValue } from '@molecule/adapters';
import { z } from 'zod';
import { cardOf } from '../delegation/peer-card.js';
import type { PeerDirectory, TeamPeer } from '../delegation/team-peer.js';

/** Peers are asked for by every tool call that needs them; so long an answer counts. */
const FRESH_MS = 2_000;

const row = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string().nullish(),
  status: z.string().nullish(),
  url: z.string().nullish(),
  parent_id: z.string().nullish(),
  active_tasks: z.number().nullish(),
  agent_card: z.unknown(),
});

/** The peers as the platform knows them; while it is away, as it last knew them. */
export class PlatformDirectory implements PeerDirectory {
  readonly #ask: () => Promise<JsonValue>;
  readonly #tell: (error: unknown) => void;
  #known: readonly TeamPeer[] = [];
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(ask: () => Promise<JsonValue>, tell: (error: unknown) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  async peers(): Promise<readonly TeamPeer[]> {
    if (this.#asking === undefined && performance.now() - this.#askedAt < FRESH_MS) return this.#known;
    this.#asking ??= this.#read().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
    return this.#known;
  }

  /** The next question goes to the platform. */
  forget(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  async #read(): Promise<void> {
    this.#askedAt = performance.now();
    try {
      const rows = z.array(z.unknown()).parse(await this.#ask());
      const peers = rows.map((value) => row.safeParse(value));
      this.#known = peers.flatMap(({ data }) => (data ? [toPeer(data)] : []));
      const wrong = peers.find(({ error }) => error);
      if (wrong?.error) this.#tell(wrong.error);
    } catch (error) {
      this.#tell(error);
    }
  }
}

/** Several directories as one; of two peers with one id the earlier directory's counts. */
export function joinedDirectories(directories: readonly PeerDirectory[]): PeerDirectory {
  return {
    async peers() {
      const all = (await Promise.all(directories.map((directory) => directory.peers()))).flat();
      return [...new Map([...all].reverse().map((peer) => [peer.id, peer])).values()].reverse();
    },
  };
}

function toPeer(data: z.output<typeof row>): TeamPeer {
  const { id, name, role, status, url, parent_id: parentId, active_tasks: activeTasks, agent_card } = data;
  const card = agent_card === null || agent_card === undefined ? undefined : cardOf(agent_card);
  return {
    id,
    name,
    ...(role && { role }),
    ...(status && { status }),
    ...(url ? { url } : { throughPlatform: true }),
    ...(parentId && { parentId }),
    ...(typeof activeTasks === 'number' && { activeTasks }),
    ...(card && { description: card.description, skills: card.skills }),
  };
}

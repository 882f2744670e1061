import type { JsonValue } from '@molecule/adapters';
import { z } from 'zod';
import { isObject } from '../../support/is-object.js';
import { cardOf } from '../../team/delegation/peer-card.js';
import type { PeerDirectory, TeamPeer } from '../../team/delegation/team-peer.js';
import { REPEATS_KEY } from '../link/own-card.js';

/** The time for which an answer is reused, since each tool call may need the peers. */
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

/** The peers that the platform lists. While it is unreachable, the peers of its last answer. */
export class PlatformDirectory implements PeerDirectory {
  readonly #fetchRows: () => Promise<JsonValue>;
  readonly #logError: (error: unknown) => void;
  #known: readonly TeamPeer[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(fetchRows: () => Promise<JsonValue>, logError: (error: unknown) => void) {
    this.#fetchRows = fetchRows;
    this.#logError = logError;
  }

  async peers(): Promise<readonly TeamPeer[]> {
    if (this.#reading === undefined && performance.now() - this.#readAt < FRESH_MS) return this.#known;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
    return this.#known;
  }

  /** Makes the next call of {@link peers} query the platform. */
  expire(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async #read(): Promise<void> {
    this.#readAt = performance.now();
    try {
      const rows = z.array(z.unknown()).parse(await this.#fetchRows());
      const peers = rows.map((value) => row.safeParse(value));
      this.#known = peers.flatMap(({ data }) => (data ? [toPeer(data)] : []));
      const wrong = peers.find(({ error }) => error);
      if (wrong?.error) this.#logError(wrong.error);
    } catch (error) {
      this.#logError(error);
    }
  }
}

/** Several directories as one. If two have a peer with the same id, the earlier directory's entry is used. */
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
    ...(answersRepeats(agent_card) && { answersRepeats: true }),
    ...(card && { description: card.description, skills: card.skills }),
  };
}

function answersRepeats(card: unknown): boolean {
  return isObject(card) && card[REPEATS_KEY] === true;
}

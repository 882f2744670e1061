import { z } from 'zod';
import { AGENT_CARD_PATH } from '../../support/network/agent-card-path.js';
import type { PeerConnection } from '../../team/delegation/peer-connection.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import type { PlatformApi } from '../api/platform-api.js';
import { READ_MS } from '../api/platform-calls.js';
import { ProxiedPeer } from './proxied-peer.js';
import type { PeerWay } from './routed-peer.js';

const discovered = z.looseObject({ url: z.string().min(1) });

export interface WaysToPeer {
  readonly api: PlatformApi;
  readonly ownId: string;
  readonly peerId: string;
  /** The address that the platform lists. */
  readonly url: string;
  readonly direct: (url: string) => PeerConnection;
  readonly directory: PeerDirectory;
}

/** How a peer of the platform can be reached: at the address that the platform gives this workspace, by the proxy, at the listed address. */
export function waysTo({ api, ownId, peerId, url, direct, directory }: WaysToPeer): readonly PeerWay[] {
  const path = `/registry/discover/${encodeURIComponent(peerId)}`;
  return [
    {
      name: 'its discovered address',
      async open(signal) {
        const headers = { 'x-workspace-id': ownId };
        const found = await api
          .call({ method: 'GET', path, headers, timeoutMs: READ_MS, signal })
          .catch(() => undefined);
        const at = discovered.safeParse(found).data?.url;
        // A wrong address must not use up the time of the attempt.
        return at !== undefined && (await isReached(at, signal)) ? direct(at) : undefined;
      },
    },
    {
      name: "the platform's proxy",
      // A message that the proxy has put into its queue is sent again, which others would run twice.
      async open() {
        const peer = (await directory.peers()).find(({ id }) => id === peerId);
        return peer?.answersRepeats === true ? new ProxiedPeer(api, ownId, peerId) : undefined;
      },
    },
    { name: 'its listed address', open: async () => direct(url) },
  ];
}

async function isReached(url: string, signal: AbortSignal): Promise<boolean> {
  const card = `${url.replace(/(?<!\/)\/+$/, '')}${AGENT_CARD_PATH}`;
  try {
    const response = await fetch(card, { signal: AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // The next way is tried.
    return false;
  }
}

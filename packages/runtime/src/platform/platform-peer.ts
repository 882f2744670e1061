import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import { withLineage } from '../delegation/lineage.js';
import type { PeerConnection, PeerMessage, PeerReply } from '../delegation/peer-connection.js';
import { orAborted } from '../runner/or-aborted.js';
import { isPassing } from './platform-api.js';
import type { PlatformDelegations } from './platform-delegations.js';

/** The first wait while the platform is away; doubled for each further one. In an outage no call is made then. Milliseconds. */
const RETRY_MS = 500;
const MOST_RETRY_MS = 15_000;

/** Nobody can be told that a task is not wanted any more: the platform has no call for it. */
class CancelImpossible extends MoleculeError {
  override readonly name = 'CancelImpossible';
  readonly code = 'PLATFORM_CANNOT_CANCEL';
}

/** A peer that has no address of its own: the platform hands tasks to it, and is asked what came of them. */
export class PlatformPeer implements PeerConnection {
  /** Seldom enough for the platform's limit of calls, which all of a workspace's calls share. */
  readonly pollMs = { least: 250, most: 10_000 };
  readonly #delegations: PlatformDelegations;
  readonly #peerId: string;
  readonly #logger: Logger;
  #failures = 0;

  constructor(delegations: PlatformDelegations, peerId: string, logger: Logger) {
    this.#delegations = delegations;
    this.#peerId = peerId;
    this.#logger = logger;
  }

  /** A task that is known is asked for only: sent again after it has failed, the platform would begin it anew. */
  async send(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<PeerReply> {
    if (known !== undefined) return { kind: 'working', taskId: known };
    const { text, metadata, messageId } = message;
    const taskId = await this.#delegations.handOver(this.#peerId, withLineage(text, metadata), messageId, signal);
    return { kind: 'working', taskId };
  }

  /** While the platform is away nothing is known, and no attempt is used up: the peer goes on meanwhile. */
  async get(taskId: string, signal: AbortSignal): Promise<PeerReply> {
    try {
      const ending = await orAborted(this.#delegations.ending(taskId), signal);
      this.#failures = 0;
      return ending ? { kind: 'ended', taskId, ending } : { kind: 'working', taskId };
    } catch (error) {
      if (!isPassing(error)) throw error;
      const backoff = Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** Math.min(30, this.#failures++));
      const retryInMs = Math.max(error.retryAfterMs ?? 0, backoff * (0.75 + Math.random() * 0.25));
      this.#logger.debug('the platform could not be asked about a delegation', { reason: error.message, retryInMs });
      await sleep(retryInMs, undefined, { signal });
      return { kind: 'working', taskId };
    }
  }

  async cancel(): Promise<void> {
    throw new CancelImpossible('it is reached through the platform, which passes no cancel on.');
  }
}

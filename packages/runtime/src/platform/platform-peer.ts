import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../support/error-codes.js';
import { orAborted } from '../support/wait.js';
import { withLineage } from '../team/delegation/lineage.js';
import type { PeerConnection, PeerMessage, PeerReply } from '../team/delegation/peer-connection.js';
import { isTemporary } from './platform-api.js';
import type { PlatformDelegations } from './platform-delegations.js';

/** The first wait while the platform is unreachable, in milliseconds; doubled for each further one. No call is made during an outage. */
const RETRY_MS = 500;
const MOST_RETRY_MS = 15_000;

/** A delegation through the platform cannot be canceled, since the platform has no call for it. */
class CancelImpossibleError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.CancelImpossibleError';
  readonly code = 'PLATFORM_CANNOT_CANCEL' satisfies ErrorCode;
}

/** A peer without an address, to which the platform passes tasks and whose answers the platform returns. */
export class PlatformPeer implements PeerConnection {
  /** Intervals within the platform's rate limit, which all calls of a workspace share. */
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

  /** A task that the platform has accepted is never sent again, because the platform would restart a failed one. */
  async send(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<PeerReply> {
    if (known !== undefined) return { kind: 'working', taskId: known };
    const { text, metadata, messageId } = message;
    const taskId = await this.#delegations.delegate(this.#peerId, withLineage(text, metadata), messageId, signal);
    return { kind: 'working', taskId };
  }

  /** While the platform is unreachable the task counts as running, which uses up no attempt: the peer continues meanwhile. */
  async get(taskId: string, signal: AbortSignal): Promise<PeerReply> {
    try {
      const ending = await orAborted(this.#delegations.ending(taskId), signal);
      this.#failures = 0;
      return ending ? { kind: 'ended', taskId, ending } : { kind: 'working', taskId };
    } catch (error) {
      if (!isTemporary(error)) throw error;
      const backoff = Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** Math.min(30, this.#failures++));
      const retryInMs = Math.max(error.retryAfterMs ?? 0, backoff * (0.75 + Math.random() * 0.25));
      this.#logger.debug('a delegation could not be queried from the platform', { reason: error.message, retryInMs });
      await sleep(retryInMs, undefined, { signal });
      return { kind: 'working', taskId };
    }
  }

  async cancel(): Promise<void> {
    throw new CancelImpossibleError('it is reached through the platform, which does not pass on cancels.');
  }
}

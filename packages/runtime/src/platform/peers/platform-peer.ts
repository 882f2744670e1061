import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';
import { orAborted } from '../../support/wait.js';
import { withLineage } from '../../team/delegation/lineage.js';
import type { PeerConnection, PeerMessage, PeerReply } from '../../team/delegation/peer-connection.js';
import { isTemporary } from '../api/platform-api.js';
import type { PlatformDelegations } from './platform-delegations.js';

/** The first wait while the platform is unreachable, in milliseconds; doubled for each further one. No call is made during an outage. */
const RETRY_MS = 500;
const MOST_RETRY_MS = 15_000;

/** A delegation through the platform cannot be canceled, since the platform has no call for it. */
class CancelImpossibleError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.CancelImpossibleError';
  readonly code = 'PLATFORM_CANNOT_CANCEL' satisfies ErrorCode;
}

/** What the platform says of a task that has not reached its peer. Source: `resolveAgentURL` and `handleA2ADispatchError`. */
const NOT_DELIVERED = /waking from hibernation|workspace has no URL|container restart triggered/;
/** The wait for a peer that the platform wakes, if it names none. */
const WAKING_MS = 15_000;

/** A message of the platform that is sent to its peer once more. */
export interface RepeatedMessage {
  /** That of the platform. */
  readonly messageId: string;
  readonly text: string;
  readonly signal: AbortSignal;
}

export interface PlatformPeerOptions {
  readonly delegations: PlatformDelegations;
  readonly peerId: string;
  /** Asks the peer itself. Undefined: it does not answer now, or would run the message again. */
  readonly askPeer: (message: RepeatedMessage) => Promise<PeerReply | undefined>;
  /** Another number whenever a call of this process has found no platform. */
  readonly outages: () => number;
  readonly logger: Logger;
}

/** A peer without an address, to which the platform passes tasks and whose answers the platform returns. */
export class PlatformPeer implements PeerConnection {
  /** Intervals within the platform's rate limit, which all calls of a workspace share. */
  readonly pollMs = { least: 250, most: 10_000 };
  readonly #options: PlatformPeerOptions;
  #message: PeerMessage | undefined;
  #failures = 0;
  /** While it is the same, the platform has not been seen to restart, and still knows that it carries out the task. */
  #outages: number;

  constructor(options: PlatformPeerOptions) {
    this.#options = options;
    this.#outages = options.outages();
  }

  /** A task that the platform has accepted is never sent again, because the platform would restart a failed one. */
  async send(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<PeerReply> {
    this.#message = message;
    if (known !== undefined) return { kind: 'working', taskId: known };
    for (;;) {
      try {
        return { kind: 'working', taskId: await this.#delegate(message, signal) };
      } catch (error) {
        await this.#waitOut(error, signal);
      }
    }
  }

  /** While the platform is unreachable the task counts as running, which uses up no attempt: the peer continues meanwhile. */
  async get(taskId: string, signal: AbortSignal): Promise<PeerReply> {
    try {
      const ending = await orAborted(this.#options.delegations.ending(taskId), signal);
      this.#failures = 0;
      if (ending?.state === 'failed' && NOT_DELIVERED.test(ending.answer))
        return await this.#delegateLater(ending.answer, signal);
      if (ending) return { kind: 'ended', taskId, ending };
      const wasAway = this.#options.outages() !== this.#outages;
      return (wasAway && (await this.#askPeer(taskId, signal))) || { kind: 'working', taskId };
    } catch (error) {
      await this.#waitOut(error, signal);
      return { kind: 'working', taskId };
    }
  }

  async #delegate(message: PeerMessage, signal: AbortSignal): Promise<string> {
    const { delegations, peerId, outages } = this.#options;
    const seen = outages();
    const task = withLineage(message.text, message.metadata);
    const id = await delegations.delegate(peerId, task, message.messageId, signal);
    this.#outages = seen;
    return id;
  }

  /** The platform has not reached the peer, which has no address while it sleeps or begins. It wakes it, and the key is free again. */
  async #delegateLater(reason: string, signal: AbortSignal): Promise<PeerReply> {
    const seconds = /retry in ~(\d{1,3}) s/.exec(reason)?.[1];
    const wakingMs = seconds === undefined ? WAKING_MS : Number(seconds) * 1_000;
    this.#options.logger.debug('a peer has no address now; the platform is asked again', { retryInMs: wakingMs });
    await sleep(wakingMs, undefined, { signal });
    if (!this.#message) throw new Error('the task was not sent');
    return { kind: 'working', taskId: await this.#delegate(this.#message, signal) };
  }

  /**
   * After a restart, a platform no longer knows that it carries a task to a peer. A peer that answers a repeated message from its first task
   * gets the platform's own message again.
   */
  async #askPeer(taskId: string, signal: AbortSignal): Promise<PeerReply | undefined> {
    const { askPeer, outages } = this.#options;
    const seen = outages();
    if (!this.#message) return undefined;
    const text = withLineage(this.#message.text, this.#message.metadata);
    const reply = await askPeer({ messageId: taskId, text, signal });
    if (reply) this.#outages = seen;
    return reply && { ...reply, taskId };
  }

  /** @throws what is no trouble of the platform */
  async #waitOut(error: unknown, signal: AbortSignal): Promise<void> {
    if (!isTemporary(error)) throw error;
    const backoff = Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** Math.min(30, this.#failures++));
    const retryInMs = Math.max(error.retryAfterMs ?? 0, backoff * (0.75 + Math.random() * 0.25));
    this.#options.logger.debug('the platform does not answer about a delegation', { reason: error.message, retryInMs });
    await sleep(retryInMs, undefined, { signal });
  }

  async cancel(): Promise<void> {
    throw new CancelImpossibleError('it is reached through the platform, which does not pass on cancels.');
  }
}

import type { Logger } from '@molecule/adapters';
import { failureText } from '../../support/network/reason-of.js';
import type { PeerConnection, PeerMessage, PeerReply } from '../../team/delegation/peer-connection.js';

/** One way to a peer. */
export interface PeerWay {
  /** For the log. */
  readonly name: string;
  /** Undefined: the way does not exist now. */
  readonly open: (signal: AbortSignal) => Promise<PeerConnection | undefined>;
}

/**
 * A peer of the platform, by the first way that works. The address that the platform lists is that of its own machine: from a container only
 * the one that it discovers works, or its proxy. A message has the same id on every way, so that the peer runs it once.
 */
export class RoutedPeer implements PeerConnection {
  readonly pollMs = { least: 20, most: 5_000 };
  readonly #ways: readonly PeerWay[];
  readonly #logger: Logger;
  #used: PeerConnection | undefined;

  /** @param ways in the order in which they are tried */
  constructor(ways: readonly PeerWay[], logger: Logger) {
    this.#ways = ways;
    this.#logger = logger;
  }

  async send(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<PeerReply> {
    if (this.#used) {
      try {
        return await this.#used.send(message, known, signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#used = undefined;
        this.#logger.debug('a way to a peer works no more', { reason: failureText(error) });
      }
    }
    const failures: string[] = [];
    for (const { name, open } of this.#ways) {
      try {
        const connection = await open(signal);
        if (!connection) continue;
        const reply = await connection.send(message, known, signal);
        this.#used = connection;
        return reply;
      } catch (error) {
        signal.throwIfAborted();
        failures.push(`${name}: ${failureText(error)}`);
      }
    }
    throw new Error(failures.join('; ') || 'there is no way to it');
  }

  async get(taskId: string, signal: AbortSignal): Promise<PeerReply> {
    if (!this.#used) throw new Error('there is no connection to it');
    return this.#used.get(taskId, signal);
  }

  async cancel(message: PeerMessage, known: string | undefined, signal: AbortSignal): Promise<void> {
    if (!this.#used) await this.send(message, known, signal);
    await this.#used?.cancel(message, known, signal);
  }
}

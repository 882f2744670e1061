import type { Logger } from '@molecule/adapters';
import type { UntoldAnswer, UntoldAnswers } from '../../tasks/log/untold-answers.js';
import { type PlatformApi, PlatformError } from '../api/platform-api.js';
import { ANSWERS_KEY } from '../polling/polled-message.js';

/** The proxy answers only when the peer has answered, and that answer is of no use. Milliseconds. */
const SEND_MS = 30_000;
/** The waits before an answer that did not arrive is sent again. Milliseconds. */
const FIRST_WAIT_MS = 5_000;
const MOST_WAIT_MS = 60_000;
/** The peer does not exist, or this workspace may not send to it. */
const FOR_GOOD = [400, 403, 404, 413];
const PREFIX = 'peer:';
/** An answer that was not sent in so long is given up. Milliseconds. */
const GIVE_UP_MS = 86_400_000;
/** So many answers go to one peer in a while: two agents that answer each other would not end. */
const MOST_IN_WHILE = 10;
const WHILE_MS = 600_000;

export interface PeerAnswersOptions {
  readonly api: PlatformApi;
  readonly workspaceId: string;
  readonly untold: UntoldAnswers;
  /** True if a peer takes a message once that is sent twice. */
  readonly answersRepeats: (peerId: string) => Promise<boolean>;
  readonly logger: Logger;
}

/**
 * Sends the answers to messages of other workspaces that were fetched from the platform: as a message, because their senders do not wait. It has
 * the same id each time, so that an agent of Molecule takes it once, and says what it answers, so that it is not answered itself.
 */
export class PeerAnswers {
  readonly #options: PeerAnswersOptions;
  /** When the first attempts for each peer were made, in the last while. */
  readonly #begun = new Map<string, number[]>();
  readonly #capped = new Set<string>();
  /** When each may be sent next; infinity while it is sent. */
  readonly #notBefore = new Map<string, { at: number; waitMs: number }>();

  constructor(options: PeerAnswersOptions) {
    this.#options = options;
  }

  /** Begins to send it, unless it is being sent or must wait. */
  begin(answer: UntoldAnswer, signal: AbortSignal): void {
    const { at = 0, waitMs = FIRST_WAIT_MS } = this.#notBefore.get(answer.id) ?? {};
    if (Date.now() < at || (!this.#notBefore.has(answer.id) && !this.#hasRoom(peerOf(answer)))) return;
    this.#notBefore.set(answer.id, { at: Number.POSITIVE_INFINITY, waitMs });
    const failed = (error: unknown) => {
      const again = { at: Date.now() + waitMs, waitMs: Math.min(MOST_WAIT_MS, waitMs * 2) };
      this.#notBefore.set(answer.id, again);
      this.#options.logger.debug('an answer for another workspace waits', { reason: String(error) });
    };
    this.#send(answer, signal).then(() => this.#notBefore.delete(answer.id), failed);
  }

  #hasRoom(peer: string): boolean {
    const now = Date.now();
    const begun = (this.#begun.get(peer) ?? []).filter((at) => now - at < WHILE_MS);
    const hasRoom = begun.length < MOST_IN_WHILE;
    if (hasRoom) begun.push(now);
    else if (!this.#capped.has(peer)) {
      this.#capped.add(peer);
      const text = 'answers for another workspace wait: it has got as many as one may get in 10 minutes';
      this.#options.logger.warn(text, { peer, most: MOST_IN_WHILE });
    }
    this.#begun.set(peer, begun);
    return hasRoom;
  }

  async #send(answer: UntoldAnswer, signal: AbortSignal): Promise<void> {
    const { api, workspaceId, untold, logger } = this.#options;
    const { id, text, messageId, taskId } = answer;
    const peer = peerOf(answer);
    const parts = [{ kind: 'text', text }];
    const message = { role: 'user', messageId: id, parts, metadata: { [ANSWERS_KEY]: messageId } };
    try {
      await api.call({
        method: 'POST',
        path: `/workspaces/${encodeURIComponent(peer)}/a2a`,
        headers: { 'x-workspace-id': workspaceId },
        body: { jsonrpc: '2.0', id, method: 'message/send', params: { message } },
        timeoutMs: SEND_MS,
        signal,
      });
    } catch (error) {
      const status = PlatformError.is(error) ? error.status : undefined;
      const given = { peer, taskId, reason: String(error) };
      if (await this.#mayHave(peer, error)) {
        logger.debug('an answer for another workspace counts as sent: it may have it, and would take it twice', given);
      } else if (status !== undefined && FOR_GOOD.includes(status)) {
        logger.warn('the platform refused an answer for another workspace, which is in the task only', given);
      } else if (Date.now() - answer.at > GIVE_UP_MS) {
        logger.warn('an answer for another workspace could not be sent for a day, and is in the task only', given);
      } else throw error;
    }
    await untold.told(id);
  }

  /** True if the peer has the answer, or may have it and would answer it again. The platform's call lasts as long as the peer's turn. */
  async #mayHave(peer: string, error: unknown): Promise<boolean> {
    if (!PlatformError.is(error)) return false;
    return error.isTooLarge || (error.isTimeout && !(await this.#options.answersRepeats(peer)));
  }
}

function peerOf({ answerTo }: UntoldAnswer): string {
  return answerTo.slice(PREFIX.length);
}

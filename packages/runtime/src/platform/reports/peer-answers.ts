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

/**
 * Sends the answers to messages of other workspaces that were fetched from the platform: as a message, because their senders do not wait. It has
 * the same id each time, so that an agent of Molecule takes it once, and says what it answers, so that it is not answered itself.
 */
export class PeerAnswers {
  readonly #api: PlatformApi;
  readonly #ownId: string;
  readonly #untold: UntoldAnswers;
  readonly #logger: Logger;
  /** When each may be sent next; infinity while it is sent. */
  readonly #notBefore = new Map<string, { at: number; waitMs: number }>();

  constructor(api: PlatformApi, ownId: string, untold: UntoldAnswers, logger: Logger) {
    this.#api = api;
    this.#ownId = ownId;
    this.#untold = untold;
    this.#logger = logger;
  }

  /** True for the answer to a message of another workspace that was fetched. */
  static isFor({ answerTo }: UntoldAnswer): boolean {
    return answerTo.startsWith(PREFIX);
  }

  /** Begins to send it, unless it is being sent or must wait. */
  begin(answer: UntoldAnswer, signal: AbortSignal): void {
    const { at = 0, waitMs = FIRST_WAIT_MS } = this.#notBefore.get(answer.id) ?? {};
    if (Date.now() < at) return;
    this.#notBefore.set(answer.id, { at: Number.POSITIVE_INFINITY, waitMs });
    const failed = (error: unknown) => {
      const again = { at: Date.now() + waitMs, waitMs: Math.min(MOST_WAIT_MS, waitMs * 2) };
      this.#notBefore.set(answer.id, again);
      this.#logger.debug('an answer for another workspace waits', { reason: String(error) });
    };
    this.#send(answer, signal).then(() => this.#notBefore.delete(answer.id), failed);
  }

  async #send({ id, answerTo, text, messageId, taskId }: UntoldAnswer, signal: AbortSignal): Promise<void> {
    const peer = answerTo.slice(PREFIX.length);
    const parts = [{ kind: 'text', text }];
    const message = { role: 'user', messageId: id, parts, metadata: { [ANSWERS_KEY]: messageId } };
    try {
      await this.#api.call({
        method: 'POST',
        path: `/workspaces/${encodeURIComponent(peer)}/a2a`,
        headers: { 'x-workspace-id': this.#ownId },
        body: { jsonrpc: '2.0', id, method: 'message/send', params: { message } },
        timeoutMs: SEND_MS,
        signal,
      });
    } catch (error) {
      const status = PlatformError.is(error) ? error.status : undefined;
      if (status === undefined || !FOR_GOOD.includes(status)) throw error;
      this.#logger.warn('the platform refused an answer for another workspace, which is in the task only', {
        peer,
        taskId,
        reason: String(error),
      });
    }
    await this.#untold.told(id);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, JsonValue } from '@molecule/adapters';
import { z } from 'zod';
import { isFailureText } from '../../tasks/events/failure-text.js';
import type { PeerConnection, PeerMessage, PeerReply } from '../../team/delegation/peer-connection.js';
import { type PlatformApi, PlatformError } from '../api/platform-api.js';
import { handedOver } from './handed-over.js';
import type { RepeatedMessage } from './platform-peer.js';

/** The longest call: an attempt of a delegation ends before. */
const CALL_MS = 24 * 3_600_000;
/** The wait before a message of the platform's queue is sent again, whose answer the platform would throw away. */
const QUEUED_MS = 5_000;
/** The wait for a workspace that the platform wakes, if it names none. */
const WAKING_MS = 15_000;

const part = z.looseObject({ kind: z.string().optional(), text: z.string().optional() });
const parts = z.array(part).optional();
const reply = z.looseObject({
  queued: z.boolean().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
  result: z
    .looseObject({
      parts,
      artifacts: z.array(z.looseObject({ parts })).optional(),
      metadata: z.looseObject({}).nullish(),
    })
    .optional(),
});

/** A peer that is reached by the platform's proxy: one call, which is answered when the peer has answered. */
export class ProxiedPeer implements PeerConnection {
  readonly pollMs = { least: 1_000, most: 5_000 };
  readonly #api: PlatformApi;
  readonly #ownId: string;
  readonly #peerId: string;

  constructor(api: PlatformApi, ownId: string, peerId: string) {
    this.#api = api;
    this.#ownId = ownId;
    this.#peerId = peerId;
  }

  /** Waits while the platform wakes the peer, or has the message in its queue: the peer answers a repeated one from its first task. */
  async send(message: PeerMessage, _known: string | undefined, signal: AbortSignal): Promise<PeerReply> {
    for (;;) {
      const waitMs = await this.#try(message, signal);
      if (typeof waitMs !== 'number') return waitMs;
      await sleep(waitMs, undefined, { signal });
    }
  }

  async get(): Promise<PeerReply> {
    throw new Error('the proxy of the platform answers at once');
  }

  async cancel(): Promise<void> {
    throw new Error('it is reached through the proxy of the platform, which does not pass on cancels.');
  }

  /** Sends once what the platform's own delegation has sent. Undefined: the peer does not answer now. */
  async repeat({ messageId, text, signal }: RepeatedMessage): Promise<PeerReply | undefined> {
    // Source: `Delegate` of `delegation.go`.
    const metadata = { delegation_id: messageId };
    const reply = await this.#post({ role: 'user', messageId, parts: [{ type: 'text', text }], metadata }, signal);
    return typeof reply === 'number' ? undefined : reply;
  }

  #try({ messageId, text, metadata }: PeerMessage, signal: AbortSignal): Promise<PeerReply | number> {
    return this.#post({ role: 'user', messageId, parts: [{ kind: 'text', text }], metadata }, signal);
  }

  /** The reply, or the milliseconds after which the message is to be sent again. */
  async #post(message: JsonObject, signal: AbortSignal): Promise<PeerReply | number> {
    try {
      const answer = await this.#api.call({
        method: 'POST',
        path: `/workspaces/${encodeURIComponent(this.#peerId)}/a2a`,
        headers: { 'x-workspace-id': this.#ownId },
        body: { method: 'message/send', params: { message } },
        timeoutMs: CALL_MS,
        signal,
      });
      return replyOf(answer);
    } catch (error) {
      const isWaking = PlatformError.is(error) && error.status === 503 && /waking|restart|busy/.test(error.message);
      if (!isWaking) throw error;
      return error.retryAfterMs ?? WAKING_MS;
    }
  }
}

function replyOf(answer: JsonValue): PeerReply | number {
  const ending = handedOver(answer);
  if (ending) return { kind: 'ended', taskId: undefined, ending };
  const { queued, error, result } = reply.parse(answer);
  if (queued) return QUEUED_MS;
  if (error) return { kind: 'ended', taskId: undefined, ending: { state: 'failed', answer: error.message } };
  const all = [...(result?.parts ?? []), ...(result?.artifacts ?? []).flatMap((artifact) => artifact.parts ?? [])];
  const text = all.map((one) => one.text ?? '').join('');
  const asks = result?.metadata?.['molecule.state'] === 'TASK_STATE_INPUT_REQUIRED';
  const state = isFailureText(text) ? 'failed' : asks ? 'input-required' : 'completed';
  return { kind: 'ended', taskId: undefined, ending: { state, answer: text } };
}

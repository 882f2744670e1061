import { setTimeout as sleep } from 'node:timers/promises';
import type { AbortReason, JsonObject, Logger } from '@molecule/adapters';
import type { Delegation, DelegationEnding, DelegationStore } from './delegation-store.js';
import type { MessageFile } from './message-file.js';
import { type PeerClient, type PeerMessage, type PeerReply, reasonOf } from './peer-client.js';

/** A task is looked at again after a tenth of the time it has taken so far, within these bounds; milliseconds. */
const LEAST_POLL_MS = 20;
const MOST_POLL_MS = 1_000;
/** How long a peer may take to acknowledge, or to hear of a cancel. */
const REQUEST_MS = 10_000;

export interface FollowOptions {
  /** What goes with the text. */
  readonly files: readonly MessageFile[];
  readonly delegation: Delegation;
  readonly metadata: JsonObject;
  readonly client: PeerClient;
  readonly store: DelegationStore;
  readonly policy: { readonly attempts: number; readonly delayMs: number; readonly timeoutMs: number };
  /** Its reason says whether the peer is to be canceled, or left at it for the next process. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Sends the task and waits for its end. Each attempt sends the same message: a peer that knows it answers with the task
 * that it made before.
 */
export async function followPeer(options: FollowOptions): Promise<Delegation> {
  const { delegation, store, policy, signal } = options;
  let last = 'it did not answer in time';
  try {
    for (let attempt = delegation.attempts + 1; attempt <= policy.attempts; attempt++) {
      await store.attempted(delegation.id);
      try {
        const ending = await withinTime(policy.timeoutMs, signal, (bounded) => attemptOnce(options, bounded));
        return await store.end(delegation.id, ending);
      } catch (error) {
        signal.throwIfAborted();
        last = error === TOO_SLOW ? `it did not answer within ${policy.timeoutMs / 1000} s` : reasonOf(error);
        options.logger.warn('a peer did not answer', { attempt, of: policy.attempts, reason: last });
      }
      if (attempt < policy.attempts) await sleep(policy.delayMs, undefined, { signal });
    }
    await cancelAtPeer(options);
    return await store.end(delegation.id, {
      state: 'failed',
      answer: `${delegation.peerName} could not be reached or was too slow: ${last}.`,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    if ((signal.reason as AbortReason).code !== 'canceled') return delegation;
    await cancelAtPeer(options);
    return store.end(delegation.id, { state: 'canceled', answer: 'The delegation was canceled.' });
  }
}

async function attemptOnce(options: FollowOptions, signal: AbortSignal): Promise<DelegationEnding> {
  const { delegation, client, store } = options;
  let reply: PeerReply = await client.send(messageOf(options), signal);
  const begun = performance.now();
  while (reply.kind === 'working') {
    await store.sent(delegation.id, reply.taskId);
    const elapsed = performance.now() - begun;
    await sleep(Math.min(MOST_POLL_MS, Math.max(LEAST_POLL_MS, elapsed / 10)), undefined, { signal });
    reply = await client.get(reply.taskId, signal);
  }
  if (reply.taskId !== undefined) await store.sent(delegation.id, reply.taskId);
  return reply.ending;
}

/** A message that was sent and not acknowledged may have arrived: sending it again tells which task it made. */
async function cancelAtPeer(options: FollowOptions): Promise<void> {
  const { delegation, client, store, logger } = options;
  const now = await store.get(delegation.id);
  if (!now || now.attempts === 0) return;
  const signal = AbortSignal.timeout(REQUEST_MS);
  try {
    const known: PeerReply = now.remoteTask
      ? { kind: 'working', taskId: now.remoteTask }
      : await client.send(messageOf(options), signal);
    if (known.kind === 'working') await client.cancel(known.taskId, signal);
  } catch (error) {
    logger.warn('a peer could not be told that its task is canceled', { reason: reasonOf(error) });
  }
}

function messageOf({ delegation: { id, text }, files, metadata }: FollowOptions): PeerMessage {
  return { messageId: id, text, files, metadata };
}

const TOO_SLOW = new Error('too slow');

async function withinTime<Result>(
  ms: number,
  signal: AbortSignal,
  work: (bounded: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(TOO_SLOW), ms);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    throw late.signal.aborted ? TOO_SLOW : error;
  } finally {
    clearTimeout(timer);
  }
}

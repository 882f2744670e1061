import { setTimeout as sleep } from 'node:timers/promises';
import type { AbortReason, Logger } from '@molecule/adapters';
import { failureText } from '../../support/network/reason-of.js';
import type { Delegation, DelegationEnding } from '../../tasks/team/delegation.js';
import type { DelegationStore } from '../../tasks/team/delegation-store.js';
import type { DelegationPolicy, PeerConnection, PeerMessage } from './peer-connection.js';

/** The interval between two queries, as a share of the time that the task has taken so far. */
const POLL_SHARE = 0.1;
/** The timeout for a cancel. */
const REQUEST_MS = 10_000;

/** The texts of errors with which nothing was sent, also of a platform's proxy. */
const NO_SERVER = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|failed to reach workspace agent/;

export interface FollowOptions {
  readonly delegation: Delegation;
  /** The same on every attempt. */
  readonly message: PeerMessage;
  readonly peer: PeerConnection;
  readonly store: DelegationStore;
  readonly policy: DelegationPolicy;
  /** Looks at the lease, so that `signal` is aborted if another boot may follow the delegation by now. */
  readonly checkBoot: () => void;
  /** Its reason decides whether the peer's task is canceled, or left running for the next process. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Sends the task and waits for its end. Each attempt sends the same message, so a peer that has received it before answers
 * with the same task.
 */
export async function followPeer(options: FollowOptions): Promise<Delegation> {
  const { delegation, store, policy, signal } = options;
  // After a standstill, the timers of this attempt fire before the loss of the lease is noticed.
  const throwIfOver = () => {
    options.checkBoot();
    signal.throwIfAborted();
  };
  let last = 'it did not answer in time';
  /** False while every attempt of this and of earlier processes has found no server: the task cannot have arrived. */
  let mayHaveArrived = delegation.attempts > 0;
  const arrived = () => {
    mayHaveArrived = true;
  };
  try {
    throwIfOver();
    // An attempt that the end of a process interrupted is continued. It does not count as failed.
    for (let attempt = Math.max(1, delegation.attempts); attempt <= policy.attempts; attempt++) {
      if (!(await store.attempted(delegation, attempt))) return delegation;
      try {
        const ending = await withinTime(policy.timeoutMs, signal, (bounded) => attemptOnce(options, bounded, arrived));
        return await store.end(delegation, ending);
      } catch (error) {
        throwIfOver();
        if (!foundNoServer(error)) arrived();
        last = error === TOO_SLOW ? `it did not answer within ${policy.timeoutMs / 1000} s` : failureText(error);
        options.logger.warn('a peer did not answer', { attempt, of: policy.attempts, reason: last });
      }
      if (attempt < policy.attempts) await sleep(policy.delayMs, undefined, { signal });
    }
    throwIfOver();
    const note = mayHaveArrived ? await cancelAtPeer(options) : '';
    return await store.end(delegation, {
      state: 'failed',
      answer: `${delegation.peerName} could not be reached or was too slow: ${last}.${note}`,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    if ((signal.reason as AbortReason).code !== 'canceled') return delegation;
    const note = await cancelAtPeer(options);
    return store.end(delegation, { state: 'canceled', answer: `The delegation was canceled.${note}` });
  }
}

/** True if the task was not sent, on none of the ways to the peer. */
function foundNoServer(error: unknown): boolean {
  return failureText(error)
    .split('; ')
    .every((way) => NO_SERVER.test(way));
}

/** @param arrived called when the peer has answered */
async function attemptOnce(
  options: FollowOptions,
  signal: AbortSignal,
  arrived: () => void,
): Promise<DelegationEnding> {
  const { delegation, peer, store } = options;
  let known = (await store.get(delegation.id))?.remoteTask;
  let reply = await peer.send(options.message, known, signal);
  arrived();
  const begun = performance.now();
  for (;;) {
    if (reply.taskId !== undefined && reply.taskId !== known) await store.sent(delegation, reply.taskId);
    if (reply.kind === 'ended') return reply.ending;
    known = reply.taskId;
    const wait = (performance.now() - begun) * POLL_SHARE;
    await sleep(Math.min(peer.pollMs.most, Math.max(peer.pollMs.least, wait)), undefined, { signal });
    reply = await peer.get(known, signal);
  }
}

/** Cancels the peer's task. Returns a note for the answer if the cancel could not be delivered. */
async function cancelAtPeer(options: FollowOptions): Promise<string> {
  const { delegation, peer, store, logger } = options;
  const now = await store.get(delegation.id);
  if (!now || now.attempts === 0) return '';
  try {
    await peer.cancel(options.message, now.remoteTask, AbortSignal.timeout(REQUEST_MS));
    return '';
  } catch (error) {
    const reason = failureText(error);
    logger.warn('a cancel could not be delivered to a peer', { reason });
    return ` ${delegation.peerName} may still be working on it, since the cancel could not be delivered: ${reason}`;
  }
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

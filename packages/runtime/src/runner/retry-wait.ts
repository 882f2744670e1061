import type { Logger } from '@molecule/adapters';
import { MAX_TIMER_MS } from './max-timer.js';
import { inWords } from './turn-clock.js';
import type { TurnFailure } from './turn-failure.js';

/** How a failed turn is tried again within the process. */
export interface RetryPolicy {
  /** How often a turn is begun in all. Default 3: providers recover from overload in seconds or not for minutes. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one. Default 500. */
  readonly initialMs: number;
  /** Milliseconds, at most, between two attempts when the provider names no time. Default 10,000. */
  readonly maxMs: number;
  /** Milliseconds that a turn is kept waiting when the provider names a time; longer ones end it at once. Default 60,000. */
  readonly longestRetryAfterMs: number;
}

/** A provider that asks for more is told to callers as asking for this: 30 days, and no date that a program cannot hold. */
const LONGEST_TOLD_MS = 30 * 24 * 3_600_000;

/**
 * What follows a failure that may pass: the milliseconds until the next attempt, or the failure that ends the turn.
 *
 * @param attempts how often the turn was begun so far in this process
 */
export function nextStep(
  policy: RetryPolicy,
  attempts: number,
  failure: TurnFailure,
  logger: Logger,
): { readonly delayMs: number } | { readonly failure: TurnFailure } {
  if (!failure.retryable) return { failure };
  const asked = toldWait(failure.retryAfterMs, logger);
  if (asked > policy.longestRetryAfterMs) return { failure: comeBackLater(failure, asked) };
  if (attempts >= policy.attempts) return { failure: asked > 0 ? comeBackLater(failure, asked) : failure };
  const backoff = Math.min(policy.maxMs, policy.initialMs * 2 ** Math.min(30, attempts - 1));
  // Full jitter keeps many tasks from coming back to a struggling provider at the same moment.
  const delayMs = Math.round(Math.max(asked, backoff / 2 + Math.random() * (backoff / 2)));
  return { delayMs: Math.min(delayMs, MAX_TIMER_MS) };
}

/** The wait that a provider asked for, within bounds; 0 when it asked for none that can be understood. */
function toldWait(ms: number | undefined, logger: Logger): number {
  if (ms === undefined || Number.isNaN(ms) || ms <= 0) return 0;
  if (ms <= LONGEST_TOLD_MS) return ms;
  logger.warn("a provider's Retry-After is out of bounds and was shortened", {
    askedMs: ms,
    takenMs: LONGEST_TOLD_MS,
  });
  return LONGEST_TOLD_MS;
}

/** Nobody is kept waiting so long: the turn ends at once, and says when it may be tried again. */
function comeBackLater(failure: TurnFailure, ms: number): TurnFailure {
  const retryAt = new Date(Date.now() + ms).toISOString();
  const message = `${failure.message} The provider asks to wait ${inWords(ms)}: send the message again after ${retryAt}.`;
  return { ...failure, message, retryable: false, retryAt };
}

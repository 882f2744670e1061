import type { Logger } from '@molecule/adapters';
import type { RetrySettings } from '../../settings/environment/runtime-settings.js';
import { inWords } from '../../support/in-words.js';
import { MAX_TIMER_MS } from '../../support/wait.js';
import type { TurnFailure } from './turn-failure.js';

/** The longest wait that is reported to callers, 30 days; a longer one could be a date that programs cannot represent. */
const LONGEST_TOLD_MS = 30 * 24 * 3_600_000;

/**
 * What follows a failed attempt: the milliseconds until the next attempt, or the failure that ends the turn.
 *
 * @param attempts number of attempts of the turn so far in this process
 */
export function nextStep(
  policy: RetrySettings,
  attempts: number,
  failure: TurnFailure,
  logger: Logger,
): { readonly delayMs: number } | { readonly failure: TurnFailure } {
  if (!failure.retryable) return { failure };
  const asked = toldWait(failure.retryAfterMs, logger);
  if (asked > policy.longestRetryAfterMs) return { failure: comeBackLater(failure, asked) };
  if (attempts >= policy.attempts) return { failure: asked > 0 ? comeBackLater(failure, asked) : failure };
  const backoff = Math.min(policy.maxMs, policy.initialMs * 2 ** Math.min(30, attempts - 1));
  // Jitter keeps many tasks from calling a struggling provider again at the same moment.
  const delayMs = Math.round(Math.max(asked, backoff / 2 + Math.random() * (backoff / 2)));
  return { delayMs: Math.min(delayMs, MAX_TIMER_MS) };
}

/** The wait that a provider asked for, within bounds; 0 if it asked for none or for none that is a number. */
function toldWait(ms: number | undefined, logger: Logger): number {
  if (ms === undefined || Number.isNaN(ms) || ms <= 0) return 0;
  if (ms <= LONGEST_TOLD_MS) return ms;
  logger.warn("a provider's Retry-After is out of bounds and was shortened", {
    askedMs: ms,
    takenMs: LONGEST_TOLD_MS,
  });
  return LONGEST_TOLD_MS;
}

/** The wait is too long for a turn: the turn ends at once, with the time at which the caller may try again. */
function comeBackLater(failure: TurnFailure, ms: number): TurnFailure {
  const retryAt = new Date(Date.now() + ms).toISOString();
  const message = `${failure.message} The provider asks to wait ${inWords(ms)}: send the message again after ${retryAt}.`;
  return { ...failure, message, retryable: false, retryAt };
}

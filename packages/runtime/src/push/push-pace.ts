/** After the first failure. It doubles with each further one. */
const FIRST_MS = 1_000;
/** A receiver that is back waits no longer than this. */
const MOST_MS = 5 * 60_000;
/** Deliveries that have failed for so long are given up. */
const GIVE_UP_MS = 24 * 3_600_000;
/** Receivers say with it that the place is gone for good (RFC 9110, section 15.5.11). */
const GONE = 410;

/** When a delivery is tried again. */
export interface NextTry {
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  /** True: it is not. */
  readonly disable: boolean;
}

export interface FailedTry {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Failures before this one, since the last success. */
  readonly tries: number;
  /** When the first of them was. */
  readonly failingSince: number | undefined;
  /** The status of the answer; undefined: there was none. */
  readonly status: number | undefined;
  /** The wait that the receiver asks for. */
  readonly retryAfterMs: number | undefined;
}

/** @param random from 0 to 1: spreads the tries of deliveries that failed together */
export function nextTry(
  { now, tries, failingSince, status, retryAfterMs = 0 }: FailedTry,
  random: () => number = Math.random,
): NextTry {
  const doubled = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(tries, 20));
  const wait = Math.max(Math.round(doubled * (0.75 + random() / 4)), Math.min(MOST_MS, retryAfterMs));
  return {
    notBefore: now + wait,
    disable: status === GONE || now - (failingSince ?? now) >= GIVE_UP_MS,
  };
}

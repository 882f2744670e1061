import { setTimeout as sleep } from 'node:timers/promises';

/** The longest wait that a server may request at once. Molecule servers request at most a minute. */
const MOST_SECONDS = 300;
/** Spreads the clients that were refused together. */
const SPREAD = 0.25;

export interface Patience {
  /** The time in milliseconds after which the last answer counts. Default: as long as the request's signal allows. */
  readonly mostMs?: number;
  /** Called before each wait. */
  readonly onWait?: (seconds: number) => void;
}

/**
 * `fetch` that repeats a request which the server refused with 429, after the time of its `Retry-After`. A server refuses in this
 * way before it stores anything. A request whose body can be read only once is not repeated.
 */
export function patientFetch(
  inner: typeof fetch,
  { mostMs = Number.POSITIVE_INFINITY, onWait }: Patience = {},
): typeof fetch {
  return async (input, init) => {
    const begun = performance.now();
    for (;;) {
      const response = await inner(input, init);
      const seconds = retryAfterIn(response);
      if (seconds === undefined || !isRepeatable(input, init)) return response;
      const waitMs = seconds * 1_000 * (1 + Math.random() * SPREAD);
      if (performance.now() - begun + waitMs > mostMs) return response;
      await response.body?.cancel();
      onWait?.(seconds);
      await sleep(waitMs, undefined, init?.signal ? { signal: init.signal } : {});
    }
  };
}

/** Undefined: the request was not refused for the moment. A date in place of seconds is not awaited. */
function retryAfterIn({ status, headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return status === 429 && seconds >= 0 && seconds <= MOST_SECONDS ? seconds : undefined;
}

function isRepeatable(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): boolean {
  const body = init?.body ?? undefined;
  return !(input instanceof Request) && (body === undefined || typeof body === 'string' || body instanceof Uint8Array);
}

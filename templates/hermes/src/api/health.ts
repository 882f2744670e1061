import { setTimeout as delay } from 'node:timers/promises';
import type { HermesEndpoint } from './endpoint.js';

const PROBE_INTERVAL_MS = 150;
const PROBE_TIMEOUT_MS = 3000;

/** How a Hermes answered a probe. */
export type ProbeResult = 'ready' | 'wrong-key' | 'silent';

/** Asks a Hermes once whether it is up and takes our key. It costs no tokens. */
export async function probe({ baseUrl, apiKey }: HermesEndpoint): Promise<ProbeResult> {
  try {
    // The health page needs no key, so a page that needs one tells more.
    const response = await fetch(`${baseUrl}/v1/capabilities`, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403) return 'wrong-key';
    return response.ok ? 'ready' : 'silent';
  } catch {
    // Not listening, not HTTP, or too slow: in each case it is not up, and the caller says so with its own words.
    return 'silent';
  }
}

/** Probes until Hermes is ready, its key turns out to be wrong, `budgetMs` has passed, or `stop` says to give up. */
export async function waitForHealth(
  endpoint: HermesEndpoint,
  budgetMs: number,
  stop: () => boolean = () => false,
): Promise<ProbeResult> {
  const deadline = Date.now() + budgetMs;
  for (;;) {
    const result = await probe(endpoint);
    if (result !== 'silent' || stop() || Date.now() >= deadline) return result;
    await delay(PROBE_INTERVAL_MS);
  }
}

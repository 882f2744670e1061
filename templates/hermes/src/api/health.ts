import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { HermesEndpoint } from './endpoint.js';

const PROBE_INTERVAL_MS = 150;
const PROBE_TIMEOUT_MS = 3000;

const readinessSchema = z.object({
  checks: z.object({ background_queues: z.object({ active_api_runs: z.number() }) }),
});

/** How a Hermes answered a probe. */
export type ProbeResult = 'ready' | 'wrong-key' | 'too-old' | 'silent';

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
    // A Hermes from before the page, and with it before the runs.
    if (response.status === 404) return 'too-old';
    return response.ok ? 'ready' : 'silent';
  } catch {
    // Not listening, not HTTP, or too slow: in each case it is not up, and the caller says so with its own words.
    return 'silent';
  }
}

/** The version that a Hermes says it has. */
export async function versionOf({ baseUrl }: HermesEndpoint): Promise<string | undefined> {
  return (await page(`${baseUrl}/health`, undefined))?.['version'] as string | undefined;
}

/** How many runs Hermes has in hand, those that wait for a person included; `undefined` when it does not tell. */
export async function activeRuns({ baseUrl, apiKey }: HermesEndpoint): Promise<number | undefined> {
  const readiness = (await page(`${baseUrl}/health/detailed`, apiKey))?.['readiness'];
  return readinessSchema.safeParse(readiness).data?.checks.background_queues.active_api_runs;
}

async function page(url: string, apiKey: string | undefined): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(url, {
      ...(apiKey && { headers: { authorization: `Bearer ${apiKey}` } }),
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
  } catch {
    // As with the probe; what the page would have told is left out then.
    return undefined;
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

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
    // Probes the runs page: the health page needs no key, so it cannot show whether the key is accepted.
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
    // Not listening, not HTTP, or too slow: Hermes is not up, and the caller reports it.
    return 'silent';
  }
}

/** The version in Hermes' health answer. */
export async function versionOf({ baseUrl }: HermesEndpoint): Promise<string | undefined> {
  return (await page(`${baseUrl}/health`, undefined))?.['version'] as string | undefined;
}

/** The number of runs in Hermes, including runs that wait for a person; `undefined` if Hermes does not report it. */
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
    // As in the probe; the value of the page is then unknown.
    return undefined;
  }
}

/** Probes until Hermes is ready, refuses the key, `budgetMs` has passed, or `stop` returns true. */
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

import type { HermesEndpoint } from '../api/endpoint.js';
import { waitForHealth } from '../api/health.js';
import type { Environment } from '../model/providers.js';
import type { Gateway } from './gateway.js';

/**
 * A Hermes that somebody else runs, named by `HERMES_API_BASE` and `HERMES_API_KEY`. Its model, tools and approvals are
 * its own. Throws an `Error` for the operator when it does not answer within `budgetMs`.
 */
export async function useRunningGateway(environment: Environment, budgetMs: number): Promise<Gateway> {
  const endpoint = endpointFrom(environment);
  const health = await waitForHealth(endpoint, budgetMs);
  if (health === 'wrong-key') {
    throw new Error(
      `The Hermes at HERMES_API_BASE (${endpoint.baseUrl}) refused HERMES_API_KEY. Set its API_SERVER_KEY.`,
    );
  }
  if (health === 'silent') {
    throw new Error(
      `No Hermes answered at HERMES_API_BASE (${endpoint.baseUrl}) within ${budgetMs / 1000} s. ` +
        'Start it with API_SERVER_ENABLED=true, or unset HERMES_API_BASE to let this workspace start its own.',
    );
  }
  return { owned: false, endpoint: async () => endpoint, stop: async () => {} };
}

function endpointFrom(environment: Environment): HermesEndpoint {
  const base = environment['HERMES_API_BASE'] ?? '';
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new Error(`HERMES_API_BASE is "${base}", but it must be an address such as http://127.0.0.1:8642.`);
  }
  return { baseUrl: base.replace(/(?<!\/)\/+$/, ''), apiKey: environment['HERMES_API_KEY'] ?? '' };
}

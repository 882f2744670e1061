import type { Logger } from '@molecule/adapters';
import type { HermesEndpoint } from '../api/endpoint.js';
import { waitForHealth } from '../api/health.js';
import { HermesError } from '../hermes-error.js';
import type { Environment } from '../model/providers.js';
import { assertVersion } from './assert-version.js';
import type { Gateway } from './gateway.js';

/** The time that an external Hermes has to restart, in milliseconds. */
const RECOVERY_MS = 20_000;

/**
 * An external Hermes, given by `HERMES_API_BASE` and `HERMES_API_KEY`. Its model, tools and approvals are
 * its own.
 *
 * @throws {HermesError} `HERMES_API_BASE_INVALID`, `HERMES_API_KEY_REFUSED`, `HERMES_API_UNREACHABLE` after `budgetMs`,
 * `HERMES_VERSION_UNSUPPORTED`
 */
export async function useRunningGateway(environment: Environment, budgetMs: number, logger: Logger): Promise<Gateway> {
  const endpoint = endpointFrom(environment);
  const health = await waitForHealth(endpoint, budgetMs);
  if (health === 'wrong-key') {
    throw new HermesError(
      'HERMES_API_KEY_REFUSED',
      `The Hermes at HERMES_API_BASE (${endpoint.baseUrl}) refused HERMES_API_KEY. Set its API_SERVER_KEY.`,
    );
  }
  if (health === 'silent') {
    throw new HermesError(
      'HERMES_API_UNREACHABLE',
      `No Hermes answered at HERMES_API_BASE (${endpoint.baseUrl}) within ${budgetMs / 1000} s. ` +
        'Start it with API_SERVER_ENABLED=true, or unset HERMES_API_BASE to let this workspace start its own.',
    );
  }
  await assertVersion(endpoint, logger);
  return {
    owned: false,
    endpoint: async () => endpoint,
    recovered: async () => {
      await waitForHealth(endpoint, RECOVERY_MS);
    },
    stop: async () => {},
  };
}

function endpointFrom(environment: Environment): HermesEndpoint {
  const base = environment['HERMES_API_BASE'] ?? '';
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new HermesError(
      'HERMES_API_BASE_INVALID',
      `HERMES_API_BASE is "${base}", but it must be an address such as http://127.0.0.1:8642.`,
    );
  }
  return { baseUrl: base.replace(/(?<!\/)\/+$/, ''), apiKey: environment['HERMES_API_KEY'] ?? '' };
}

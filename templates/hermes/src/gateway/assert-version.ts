import type { Logger } from '@molecule/adapters';
import type { HermesEndpoint } from '../api/endpoint.js';
import { versionOf } from '../api/health.js';
import { HermesError } from '../hermes-error.js';

/** The oldest version with the API that is used here, which is also the one that the template is tested with. */
const TESTED = [0, 19];

/** Throws `HERMES_VERSION_UNSUPPORTED` if Hermes is too old. A newer version than the tested one logs a warning. */
export async function assertVersion(endpoint: HermesEndpoint, logger: Logger): Promise<void> {
  const version = await versionOf(endpoint);
  const numbers = /^(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (numbers === undefined) return; // Its pages have answered as they should; it only does not say its version.
  const difference = numbers.map((number, place) => number - (TESTED[place] ?? 0)).find((part) => part !== 0) ?? 0;
  if (difference > 0) {
    logger.warn('this Hermes is newer than the one that the template is tested with', {
      version,
      tested: TESTED.join('.'),
    });
  }
  if (difference < 0) throw tooOld(version ?? '');
}

/** The error for a Hermes that lacks required pages, or reports an old version. */
export function tooOld(version: string): HermesError {
  return new HermesError(
    'HERMES_VERSION_UNSUPPORTED',
    `This Hermes is ${version}, and ${TESTED.join('.')} or newer is needed. Run \`npm run setup\` in the template, or ` +
      'install hermes-agent[anthropic,mcp]==0.19.0 and aiohttp where yours is.',
  );
}

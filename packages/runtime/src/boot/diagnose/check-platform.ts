import type { RuntimeSettings } from '../../settings/environment/runtime-settings.js';
import { reasonOf } from '../../support/network/reason-of.js';
import { type CheckResult, ok, warn } from './check.js';

const ASK_MS = 5000;

/** Checks that the platform answers. A workspace serves without it, so a failure is only a warning. */
export async function checkPlatform({ platformUrl }: Pick<RuntimeSettings, 'platformUrl'>): Promise<CheckResult> {
  if (platformUrl === undefined) return ok('platform', 'PLATFORM_URL is not set: the workspace belongs to no platform');
  try {
    const response = await fetch(`${platformUrl}/health`, { signal: AbortSignal.timeout(ASK_MS) });
    await response.body?.cancel();
    return ok('platform', `${platformUrl} answers`);
  } catch (error) {
    const detail = `${platformUrl} cannot be reached (${reasonOf(error)}); the workspace serves without it`;
    return warn('platform', detail, 'start the platform, or correct PLATFORM_URL');
  }
}

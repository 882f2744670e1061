import type { RuntimeSettings } from '../../environment/runtime-settings.js';
import { reasonOf } from '../send/connect.js';
import { type CheckResult, ok, warn } from './check.js';

const ASK_MS = 5000;

/** Whether the platform answers at all. A workspace serves without it, so its absence is never more than a warning. */
export async function checkPlatform({ platformUrl }: Pick<RuntimeSettings, 'platformUrl'>): Promise<CheckResult> {
  if (platformUrl === undefined) return ok('platform', 'none is set: the workspace stands alone');
  try {
    const response = await fetch(`${platformUrl}/health`, { signal: AbortSignal.timeout(ASK_MS) });
    await response.body?.cancel();
    return ok('platform', `${platformUrl} answers`);
  } catch (error) {
    const detail = `${platformUrl} cannot be reached (${reasonOf(error)}); the workspace serves without it`;
    return warn('platform', detail, 'start the platform, or correct PLATFORM_URL');
  }
}

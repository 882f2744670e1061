import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Where a platform mounts the directory that a person has chosen for the agent. */
const MOUNTED = '/workspace';

/**
 * The working directory of an agent whose settings name none.
 *
 * @param mounted where a platform mounts one; used if it exists and the agent belongs to a platform
 */
export function defaultWorkDir(stateDir: string, platformUrl: string | undefined, mounted = MOUNTED): string {
  const isMounted = platformUrl !== undefined && statSync(mounted, { throwIfNoEntry: false })?.isDirectory() === true;
  return isMounted ? mounted : join(stateDir, 'work');
}

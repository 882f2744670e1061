import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun, outsideEnvironment, pnpm } from './run-program.ts';
import { root } from './workspace.ts';

const AUTHOR = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@example.com'];

/** An installed clone of the current state of this repository, in which a test may change and publish versions. */
export async function copyWorkspace(into: string): Promise<void> {
  const { stdout } = await mustRun('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], root);
  const deleted = (await mustRun('git', ['ls-files', '--deleted', '-z'], root)).stdout.split('\0');
  const files = stdout.split('\0').filter((file) => file !== '' && !deleted.includes(file));
  for (const file of files) {
    await mkdir(dirname(join(into, file)), { recursive: true });
    await cp(join(root, file), join(into, file));
  }
  await writePlainChangelogs(into);
  await mustRun('git', ['init', '--quiet', '--initial-branch=main'], into);
  await commitAll(into, 'all');
  // Every package is in the store, from which this workspace was installed.
  await mustRun(pnpm, ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts'], into);
}

export async function commitAll(directory: string, message: string): Promise<void> {
  await mustRun('git', ['add', '--all'], directory);
  await mustRun('git', [...AUTHOR, 'commit', '--quiet', '--message', message], directory);
}

/** The environment of a job that may publish to the registry. */
export function publisherEnvironment(npmrc: string): NodeJS.ProcessEnv {
  return outsideEnvironment({
    NPM_CONFIG_USERCONFIG: npmrc,
    pnpm_config_verify_deps_before_run: 'false',
    TURBO_TELEMETRY_DISABLED: '1',
    CI: '1',
  });
}

/** Removes the look-up of pull requests at GitHub, which a rehearsal does not need. */
async function writePlainChangelogs(directory: string): Promise<void> {
  const file = join(directory, '.changeset/config.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...config, changelog: '@changesets/cli/changelog' }));
}

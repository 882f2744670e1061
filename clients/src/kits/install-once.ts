import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallError } from './kit.ts';
import { runCommand } from './run-command.ts';

const LIMIT_MS = 15 * 60_000;

/**
 * Runs the commands in the directory, unless the same ones have succeeded there before. A failure removes the directory, so that the
 * next run installs again.
 *
 * @param source the text of a file that the commands read, if it says what is installed
 * @throws {InstallError} with the end of what the failed command printed
 */
export async function installOnce(
  directory: string,
  commands: readonly (readonly string[])[],
  source = '',
): Promise<void> {
  const mark = join(directory, '.installed');
  const wanted = JSON.stringify({ commands, source });
  if ((await readIfThere(mark)) === wanted) return;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    for (const command of commands) await install(command, directory);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  await writeFile(mark, wanted);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * Runs a command that needs a tool of this machine or a registry.
 *
 * @throws {InstallError} with the end of what the failed command printed
 */
export async function install(command: readonly string[], directory: string): Promise<void> {
  const { code, output, errors } = await runCommand(command, { directory, limitMs: LIMIT_MS });
  if (code === 0) return;
  throw new InstallError(`${command.join(' ')} ended with ${code}: ${`${output}\n${errors}`.trim().slice(-600)}`);
}

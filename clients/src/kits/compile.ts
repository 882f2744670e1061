import { runCommand } from './run-command.ts';

/**
 * Compiles a program of this repository. A failure is a fault of the program, or a change of the client, and never a missing client: a run
 * that skips missing clients must not skip it.
 *
 * @throws {Error} with the end of what the compiler printed
 */
export async function compile(command: readonly string[], directory: string, limitMs: number): Promise<void> {
  const { code, errors } = await runCommand(command, { directory, limitMs });
  if (code !== 0) throw new Error(`${command.slice(0, 2).join(' ')} ended with ${code}: ${errors.trim().slice(-600)}`);
}

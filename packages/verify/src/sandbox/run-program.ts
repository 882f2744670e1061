import { spawn } from 'node:child_process';
import { VerifyError } from '../verify-error.js';

const TAIL_LINES = 25;
/** How many of them are the first lines: some package managers print their usage after an error. */
const HEAD_LINES = 8;

/** How a program is run. */
export interface ProgramOptions {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds after which it is killed. Default: ten minutes, for an install over a slow connection. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end, and returns its standard output.
 *
 * @throws {VerifyError} with the beginning and end of all output, if it fails
 */
export async function runProgram(
  [program, ...programArguments]: readonly [string, ...string[]],
  options: ProgramOptions,
  remedy: string,
): Promise<string> {
  const { code, stdout, output } = await spawned(program, programArguments, options);
  if (code === 0) return stdout;
  const command = [program, ...programArguments].join(' ');
  throw new VerifyError(`\`${command}\` ended with ${code ?? 'a signal'}:\n${ends(output)}`, remedy);
}

function ends(output: string): string {
  const lines = output.trimEnd().split('\n');
  if (lines.length <= TAIL_LINES) return lines.join('\n');
  return [...lines.slice(0, HEAD_LINES), '...', ...lines.slice(HEAD_LINES - TAIL_LINES)].join('\n');
}

/** The last lines of an output. */
export function tail(output: string): string {
  return output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

function spawned(
  program: string,
  programArguments: readonly string[],
  { directory, environment, timeoutMs = 600_000 }: ProgramOptions,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      shell: process.platform === 'win32',
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      reject(isMissing ? new VerifyError(`the program ${program} was not found`, `install ${program}`) : error);
    });
    child.once('close', (code) => resolve({ code, stdout, output }));
  });
}

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ended {
  readonly output: string;
  readonly errors: string;
  /** The exit code, or the signal, or `no such program`. */
  readonly code: number | string;
}

export interface CommandOptions {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds after which the command and its children are killed. */
  readonly limitMs: number;
}

/** Runs a command to its end, without a shell. */
export async function runCommand(command: readonly string[], options: CommandOptions): Promise<Ended> {
  const [program = '', ...words] = command;
  const child = spawn(program, words, {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const timer = setTimeout(() => killGroup(child.pid), options.limitMs);
  const code = new Promise<number | string>((resolve) => {
    child.once('error', () => resolve('no such program'));
    child.once('close', (number, signal) => resolve(number ?? signal ?? 'gone'));
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    return { output, errors, code: await code };
  } finally {
    clearTimeout(timer);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

import { runCommand } from './run-command.js';

/** How a Python may be called, best first. `uv` brings one, and pip with it, where the machine has none. */
const CANDIDATES: readonly (readonly string[])[] = [
  ['python3'],
  ['python'],
  ['py', '-3'],
  ['uv', 'run', '--no-project', '--with', 'pip', 'python'],
];

export interface PythonSearch {
  /** The program and its first arguments; `undefined` when no candidate has pip. */
  readonly command: readonly string[] | undefined;
  /** What each candidate that failed said, one line each. */
  readonly failures: readonly string[];
}

/** The first Python of this machine that has pip. */
export async function findPython(signal?: AbortSignal): Promise<PythonSearch> {
  const failures: string[] = [];
  for (const candidate of CANDIDATES) {
    const { exitCode, output } = await runCommand([...candidate, '-m', 'pip', '--version'], signal);
    if (exitCode === 0) return { command: candidate, failures };
    failures.push(`${candidate.join(' ')}: ${lastLine(output)}`);
  }
  return { command: undefined, failures };
}

/** The last line that says something. */
export function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() || 'no output';
}

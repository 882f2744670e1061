import { runCommand } from './run-command.js';

/** Commands that may start a Python, best first. `uv` provides Python and pip if the machine has neither. */
const CANDIDATES: readonly (readonly string[])[] = [
  ['python3'],
  ['python'],
  ['py', '-3'],
  ['uv', 'run', '--no-project', '--with', 'pip', 'python'],
];

export interface PythonSearch {
  /** The program and its first arguments; `undefined` if no candidate has pip. */
  readonly command: readonly string[] | undefined;
  /** The output of each failed candidate, one line each. */
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

/** The last line that is not empty. */
export function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() || 'no output';
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end and returns its output. Rejects with its error output if it fails or takes too long. */
export async function runCommand(file: string, args: readonly string[], timeoutMs: number): Promise<string> {
  try {
    const { stdout } = await execute(file, [...args], { timeout: timeoutMs, maxBuffer: 10_000_000 });
    return stdout;
  } catch (cause) {
    const output = String((cause as { stderr?: unknown }).stderr ?? '').trim();
    const lastLine = output.split('\n').at(-1) || (cause as Error).message;
    throw new Error(`${file} ${args.join(' ')}: ${lastLine}`, { cause });
  }
}

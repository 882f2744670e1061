import { spawn } from 'node:child_process';

export interface CommandResult {
  /** `null` if the command could not be started, or was ended by a signal. */
  readonly exitCode: number | null;
  /** Both output streams, interleaved, or the reason why the command could not be started. */
  readonly output: string;
}

/** Runs a program without a shell. Rejects only if `signal` is aborted, with its reason. */
export async function runCommand(command: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  const [program = '', ...programArguments] = command;
  const result = await new Promise<CommandResult>((resolve) => {
    let output = '';
    const child = spawn(program, programArguments, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(signal && { signal }),
    });
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ exitCode: null, output: `${output}${program}: ${error.message}\n` }));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
  signal?.throwIfAborted();
  return result;
}

import type { Env } from '../environment/env.js';

/** A stream that a command writes to. */
export interface CliOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** What a command needs of the process it runs in. */
export interface CliHost {
  readonly environment: Env;
  readonly workingDirectory: string;
  readonly nodeVersion: string;
  /** How this command is called again, from any directory; ready to paste into a shell. */
  readonly command: string;
  /** What the command was asked for. */
  readonly stdout: CliOutput;
  /** Everything else: logs, progress, errors. */
  readonly stderr: CliOutput;
  /** Calls `listener` for each signal to stop, until the returned function is called. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /** Calls `listener` for errors that nobody caught, until the returned function is called. */
  onStrayError(listener: (error: unknown, kind: 'exception' | 'rejection') => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** What a command's exit code means. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  inputRequired: 3,
  interrupted: { SIGINT: 130, SIGTERM: 143 },
} as const;

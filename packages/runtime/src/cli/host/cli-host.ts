import type { Env } from '../../settings/environment/env.js';
import type { OwnCommand } from './own-command.js';

/** A stream that a command writes to. */
export interface CliOutput {
  /** False: the reader has not taken enough yet; see {@link once}. */
  write(text: string): unknown;
  /** Calls the listener when the reader has taken what was written. */
  once?(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean | undefined;
}

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** What a command needs of the process in which it runs. */
export interface CliHost {
  readonly environment: Env;
  readonly workingDirectory: string;
  readonly command: OwnCommand;
  /** For the result of a command. */
  readonly stdout: CliOutput;
  /** For everything else: logs, progress, errors. */
  readonly stderr: CliOutput;
  /** Asks the person at the terminal, and returns the answer. Absent: there is no terminal. */
  ask?(question: string): Promise<string>;
  readonly process: HostProcess;
}

export interface HostProcess {
  readonly nodeVersion: string;
  /** Calls `listener` for each signal to stop, until the returned function is called. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /** Calls `listener` for each uncaught exception and unhandled rejection, until the returned function is called. */
  onUncaught(listener: (error: unknown, kind: 'exception' | 'rejection') => void): () => void;
  /** Removes variables from the environment that programs inherit which are started without one of their own. */
  hideFromChildren(names: readonly string[]): void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** The exit codes of every command. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  inputRequired: 3,
  interrupted: { SIGINT: 130, SIGTERM: 143 },
} as const;

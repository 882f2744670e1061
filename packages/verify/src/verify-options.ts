import type { VerifyResult } from './verify-report.js';

/** Environment variables by name. The command line passes those of its process. */
export type Env = Readonly<Record<string, string | undefined>>;

export type PackageManager = 'npm' | 'pnpm';

/** Where the template is packed, installed and run. */
export interface SandboxOptions {
  /** Default: the one with a lock file in the directory or above it, else npm. */
  readonly packageManager?: PackageManager;
  /** Where `@molecule/*` is installed from. Default: as the package manager is configured. */
  readonly registry?: string;
  /** If true, the sandbox is kept for inspection. */
  readonly keep?: boolean;
}

/** What `verifyTemplate` needs. */
export interface VerifyOptions {
  /** The template: a directory with `package.json` and `config.yaml`. */
  readonly directory: string;
  readonly environment: Env;
  /** Path of the Node.js program with which everything runs. */
  readonly node: string;
  readonly sandbox?: SandboxOptions;
  /** Milliseconds that one turn may take. Default 30 000, because a process behind an engine may start slowly. */
  readonly turnTimeoutMs?: number;
  /** Names of checks to skip. */
  readonly skip?: readonly string[];
  /** Ends the run early; processes are stopped and the sandbox is removed. */
  readonly signal?: AbortSignal;
  /** Called with each result when its check has ended. */
  readonly onResult?: (result: VerifyResult) => void;
}

export const DEFAULT_TURN_TIMEOUT_MS = 30_000;

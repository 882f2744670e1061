import type { Env } from '../environment/env.js';
import type { VerifyResult } from './verify-report.js';

export type PackageManager = 'npm' | 'pnpm';

/** What `verifyTemplate` needs. */
export interface VerifyOptions {
  /** The template: a directory with `package.json` and `config.yaml`. */
  readonly directory: string;
  readonly environment: Env;
  /** The Node that everything runs with. */
  readonly node: string;
  /** Default: the one whose lockfile lies in the directory or above it, else npm. */
  readonly packageManager?: PackageManager;
  /** Where `@molecule/*` is installed from. Default: as the package manager is configured. */
  readonly registry?: string;
  /** Milliseconds that one turn may take. Default 30 000, as a process behind an engine may be slow to start. */
  readonly turnTimeoutMs?: number;
  /** Names of checks that are left out. */
  readonly skip?: readonly string[];
  /** True: the sandbox stays, to look at. */
  readonly keep?: boolean;
  /** Ends it early; what was started is stopped and removed. */
  readonly signal?: AbortSignal;
  /** Told of each result as soon as it is there. */
  readonly onResult?: (result: VerifyResult) => void;
}

export const DEFAULT_TURN_TIMEOUT_MS = 30_000;

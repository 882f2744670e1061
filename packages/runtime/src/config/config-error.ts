import { MoleculeError } from '@molecule/adapters';
import { formatProblems } from './format-problems.js';

/** What kind of problem it is; programs may branch on it. */
type ConfigProblemCode =
  | 'not-found'
  | 'unreadable'
  | 'empty'
  | 'syntax'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing'
  | 'invalid-value'
  | 'conflict'
  | 'prompt-file-missing'
  | 'unsupported';

/** One thing that is wrong with `config.yaml` or with the environment, and what to do about it. */
export interface ConfigProblem {
  readonly code: ConfigProblemCode;
  /** Absolute; absent for a problem of the environment. */
  readonly file?: string;
  /** Counts from 1. */
  readonly line?: number;
  /** Counts from 1. */
  readonly column?: number;
  /** The key, for example `a2a.port` or `skills[1].id`, or the environment variable. Empty: the file as a whole. */
  readonly path: string;
  readonly wanted: string;
  /** What is there instead; a secret's value is never shown. */
  readonly found: string;
  readonly remedy: string;
}

/**
 * The configuration cannot be used. Carries every problem that was found, not only the first.
 * `CONFIG_NOT_FOUND`: there is no file. `CONFIG_INVALID`: anything else.
 */
export class ConfigError extends MoleculeError {
  override readonly name = 'ConfigError';
  readonly code: 'CONFIG_INVALID' | 'CONFIG_NOT_FOUND';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: { cause?: unknown }) {
    super(formatProblems(problems), options);
    this.problems = problems;
    this.code = problems.some((problem) => problem.code === 'not-found') ? 'CONFIG_NOT_FOUND' : 'CONFIG_INVALID';
  }

  /** True for a {@link ConfigError} of any copy of this package. */
  static override is(value: unknown): value is ConfigError {
    return MoleculeError.is(value) && value.name === 'ConfigError';
  }
}

import { MoleculeError } from '@molecule/adapters';

/** The kind of the problem, for programs to branch on. */
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

/** One problem of `config.yaml` or of the environment, and how to correct it. */
export interface ConfigProblem {
  readonly code: ConfigProblemCode;
  /** Absolute path; absent for a problem of the environment. */
  readonly file?: string;
  /** Counts from 1. */
  readonly line?: number;
  /** Counts from 1. */
  readonly column?: number;
  /** The key, for example `a2a.port` or `skills[1].id`, or the environment variable. Empty for the file as a whole. */
  readonly path: string;
  readonly wanted: string;
  /** The actual value; a secret is never shown. */
  readonly found: string;
  readonly remedy: string;
}

/**
 * The configuration is invalid. Carries every problem that was found, not only the first.
 * `CONFIG_NOT_FOUND`: the file does not exist. `CONFIG_INVALID`: any other problem.
 */
export class ConfigError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.ConfigError';
  readonly code: 'CONFIG_INVALID' | 'CONFIG_NOT_FOUND';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: { cause?: unknown }) {
    super(formatProblems(problems), options);
    this.problems = problems;
    this.code = problems.some((problem) => problem.code === 'not-found') ? 'CONFIG_NOT_FOUND' : 'CONFIG_INVALID';
  }
}

/** The text of the error: a headline, then three lines for each problem. */
function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const blocks = problems.map((problem) => [headline(problem), ...details(problem)].join('\n    '));
  return [`The configuration has ${count}:`, ...blocks].join('\n  ');
}

/** `config.yaml:7:9`, the form that editors and terminals open; `environment` if the problem lies in no file. */
export function formatPlace(problem: ConfigProblem): string {
  if (problem.file === undefined) return 'environment';
  return [problem.file, problem.line, problem.column].filter((piece) => piece !== undefined).join(':');
}

function headline(problem: ConfigProblem): string {
  return problem.path === '' ? formatPlace(problem) : `${formatPlace(problem)}  ${problem.path}`;
}

function details(problem: ConfigProblem): string[] {
  return [`wanted ${problem.wanted}; found ${problem.found}`, `-> ${problem.remedy}`];
}

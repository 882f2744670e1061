import { MoleculeError } from './molecule-error.js';

/**
 * Each step of loading an adapter that can fail, in the order of the steps:
 *
 * | code | meaning |
 * |---|---|
 * | `ADAPTER_MODULE_NOT_SET` | nobody said which module |
 * | `ADAPTER_MODULE_INVALID` | neither a package name nor a path nor a file URL |
 * | `ADAPTER_MODULE_NOT_FOUND` | no such file or package, or the package has no built entry |
 * | `ADAPTER_MODULE_NOT_EXPORTED` | the package is installed, but does not export that path |
 * | `ADAPTER_MODULE_IS_DIRECTORY` | the path is a directory |
 * | `ADAPTER_MODULE_IS_TYPESCRIPT` | the file is TypeScript; only its built JavaScript is loaded |
 * | `ADAPTER_DEPENDENCY_NOT_FOUND` | the module was found, something that it imports was not |
 * | `ADAPTER_MODULE_FAILED` | the module was found, but threw while it was loaded, or does not parse |
 * | `ADAPTER_EXPORT_MISSING` | the module exports neither `adapter` nor a default |
 * | `ADAPTER_NOT_AN_ADAPTER` | what it exports was not made by `defineAdapter` |
 * | `ADAPTER_SPEC_UNSUPPORTED` | the adapter follows another version of the contract |
 * | `ADAPTER_NAME_MISMATCH` | the adapter's name is not the `runtime` of the configuration |
 */
export const ADAPTER_LOAD_ERROR_CODES = [
  'ADAPTER_MODULE_NOT_SET',
  'ADAPTER_MODULE_INVALID',
  'ADAPTER_MODULE_NOT_FOUND',
  'ADAPTER_MODULE_NOT_EXPORTED',
  'ADAPTER_MODULE_IS_DIRECTORY',
  'ADAPTER_MODULE_IS_TYPESCRIPT',
  'ADAPTER_DEPENDENCY_NOT_FOUND',
  'ADAPTER_MODULE_FAILED',
  'ADAPTER_EXPORT_MISSING',
  'ADAPTER_NOT_AN_ADAPTER',
  'ADAPTER_SPEC_UNSUPPORTED',
  'ADAPTER_NAME_MISMATCH',
] as const;

export type AdapterLoadErrorCode = (typeof ADAPTER_LOAD_ERROR_CODES)[number];

/** What was to be loaded. */
export interface AdapterLoadTarget {
  /** As it was given; `undefined` when it was not set. */
  readonly specifier: string | undefined;
  /** The directory that it is resolved from. */
  readonly from: string;
  /** Name of the setting that the specifier came from. */
  readonly variable: string;
}

/** Why it could not be loaded. */
export interface AdapterLoadProblem {
  /** One sentence: what was wanted and what happened. */
  readonly summary: string;
  /** What is there instead, when that helps. */
  readonly found?: string;
  /** What the operator can do. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** An adapter that could not be loaded. The message has several lines and is meant for the operator, as it is. */
export class AdapterLoadError extends MoleculeError {
  override readonly name = 'AdapterLoadError';
  readonly code: AdapterLoadErrorCode;
  readonly target: AdapterLoadTarget;
  readonly problem: AdapterLoadProblem;

  constructor(code: AdapterLoadErrorCode, target: AdapterLoadTarget, problem: AdapterLoadProblem) {
    super(describe(target, problem), 'cause' in problem ? { cause: problem.cause } : undefined);
    this.code = code;
    this.target = target;
    this.problem = problem;
  }

  /** True for an {@link AdapterLoadError} of any copy of this package. */
  static override is(value: unknown): value is AdapterLoadError {
    return MoleculeError.is(value) && value.name === 'AdapterLoadError';
  }
}

function describe(target: AdapterLoadTarget, problem: AdapterLoadProblem): string {
  const setting = target.specifier === undefined ? 'is not set' : `= ${JSON.stringify(target.specifier)}`;
  const lines = [
    problem.summary,
    `  setting:    ${target.variable} ${setting}`,
    `  directory:  ${target.from}`,
    ...(problem.found === undefined ? [] : [`  found:      ${problem.found}`]),
    `  what to do: ${problem.remedy}`,
  ];
  return lines.join('\n');
}

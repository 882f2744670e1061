import type { ErrorCode } from './error-codes.js';
import { MoleculeError } from './molecule-error.js';

/** One code for each step of loading an adapter that can fail, in the order of the steps. The README lists their meanings. */
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

/** What should be loaded. */
export interface AdapterLoadTarget {
  /** As it was given; `undefined` if it was not set. */
  readonly specifier: string | undefined;
  /** The directory from which it is resolved. */
  readonly from: string;
  /** Name of the setting that holds the specifier. */
  readonly variable: string;
}

/** Why it could not be loaded. */
export interface AdapterLoadProblem {
  /** One sentence: what was wanted and what happened. */
  readonly summary: string;
  /** What was found instead; absent if that does not help. */
  readonly found?: string;
  /** What the operator can do. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** An adapter could not be loaded. `message` has several lines, which can be shown to the operator as they are. */
export class AdapterLoadError extends MoleculeError {
  static override readonly brand: string = '@molecule/adapters.AdapterLoadError';
  readonly code: AdapterLoadErrorCode;
  readonly target: AdapterLoadTarget;
  readonly problem: AdapterLoadProblem;

  constructor(code: AdapterLoadErrorCode, target: AdapterLoadTarget, problem: AdapterLoadProblem) {
    super(describe(target, problem), 'cause' in problem ? { cause: problem.cause } : undefined);
    this.code = code satisfies ErrorCode;
    this.target = target;
    this.problem = problem;
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

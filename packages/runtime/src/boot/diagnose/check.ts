import { MoleculeError } from '@molecule/adapters';

type CheckStatus = 'ok' | 'warn' | 'fail';

/** The result of one check. */
export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was checked, and what was found. */
  readonly detail: string;
  /** What to do; absent if the status is ok. */
  readonly remedy?: string;
}

export function ok(name: string, detail: string): CheckResult {
  return { name, status: 'ok', detail };
}

export function warn(name: string, detail: string, remedy: string): CheckResult {
  return { name, status: 'warn', detail, remedy };
}

export function fail(name: string, detail: string, remedy: string): CheckResult {
  return { name, status: 'fail', detail, remedy };
}

/** The result of a check that threw. The message of our own errors says what to do. */
export function failFor(name: string, error: unknown): CheckResult {
  const message = error instanceof Error ? error.message : String(error);
  const remedy = MoleculeError.is(error)
    ? `follow the message; ${error.code} is explained in https://github.com/molecule-ai/molecule/blob/main/docs/errors.md`
    : 'start the agent with LOG_LEVEL=debug for details';
  return fail(name, message, remedy);
}

import { MoleculeError } from '@molecule/adapters';

type CheckStatus = 'ok' | 'warn' | 'fail';

/** What one check found. */
export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was looked at, and what was found. */
  readonly detail: string;
  /** What to do; absent when all is well. */
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

/** A failed check for something that was thrown. Our own errors say what to do in their message. */
export function failFor(name: string, error: unknown): CheckResult {
  const message = error instanceof Error ? error.message : String(error);
  const remedy = MoleculeError.is(error)
    ? `do as the message says; ${error.code} is explained in https://github.com/molecule-ai/molecule/blob/main/docs/errors.md`
    : 'run it with LOG_LEVEL=debug for details';
  return fail(name, message, remedy);
}

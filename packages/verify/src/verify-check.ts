import type { VerifyBench } from './verify-bench.js';

/** The result of a check that did not fail. */
export interface Finding {
  readonly status: 'ok' | 'warn' | 'skip';
  readonly detail: string;
  readonly remedy?: string;
}

/** One check of `molecule verify`. */
export interface VerifyCheck {
  readonly name: string;
  /** If true and this check fails, the checks after it are skipped. */
  readonly gate?: boolean;
  /** @throws {VerifyError} if the check fails */
  run(bench: VerifyBench): Promise<Finding>;
}

export function ok(detail: string): Finding {
  return { status: 'ok', detail };
}

export function skip(detail: string, remedy?: string): Finding {
  return { status: 'skip', detail, ...(remedy !== undefined && { remedy }) };
}

import type { VerifyBench } from './verify-bench.js';

/** What a check has to say when nothing is wrong. */
export interface Finding {
  readonly status: 'ok' | 'warn' | 'skip';
  readonly detail: string;
  readonly remedy?: string;
}

/** One thing that `molecule verify` looks at. */
export interface VerifyCheck {
  readonly name: string;
  /** True: when it fails, nothing after it can be looked at. */
  readonly gate?: boolean;
  /** Throws `VerifyFailure` when something is wrong. */
  run(bench: VerifyBench): Promise<Finding>;
}

export function ok(detail: string): Finding {
  return { status: 'ok', detail };
}

export function skip(detail: string, remedy?: string): Finding {
  return { status: 'skip', detail, ...(remedy !== undefined && { remedy }) };
}

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
  /** Throws {@link VerifyFailure} when something is wrong. */
  run(bench: VerifyBench): Promise<Finding>;
}

/** Something that is wrong with a template. `message` says what was wanted and what was found. */
export class VerifyFailure extends Error {
  override readonly name = 'VerifyFailure';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Throws {@link VerifyFailure} unless the condition holds. */
export function demand(condition: boolean, message: string, remedy: string): asserts condition {
  if (!condition) throw new VerifyFailure(message, remedy);
}

export function ok(detail: string): Finding {
  return { status: 'ok', detail };
}

export function skip(detail: string, remedy?: string): Finding {
  return { status: 'skip', detail, ...(remedy !== undefined && { remedy }) };
}

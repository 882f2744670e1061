import type { VerifyPlan } from '../verify-plan.js';

/** What the process that runs the contract suite is told. */
export interface ContractOrder {
  /** Where the template is installed. */
  readonly template: string;
  readonly plan: VerifyPlan;
  /** Where the scripted model is. */
  readonly modelUrl: string;
  readonly turnTimeoutMs: number;
}

/** A rule that could not be looked at, and the fixtures that it wants. */
export interface SkippedRule {
  readonly name: string;
  readonly needs: readonly string[];
}

/** What it tells, rule by rule, and at its end. */
export type ContractNews =
  | { readonly kind: 'rule'; readonly name: string; readonly violation?: string }
  | { readonly kind: 'done'; readonly skipped: readonly SkippedRule[] };

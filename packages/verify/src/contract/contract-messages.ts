import type { VerifyPlan } from '../verify-plan.js';

/** The order for the process that runs the contract suite. */
export interface ContractOrder {
  /** The directory in which the template is installed. */
  readonly template: string;
  readonly plan: VerifyPlan;
  /** The URL of the scripted model. */
  readonly modelUrl: string;
  readonly turnTimeoutMs: number;
}

/** A rule that could not be checked, and the fixtures that it needs. */
export interface SkippedRule {
  readonly name: string;
  readonly needs: readonly string[];
}

/** Messages of that process: one for each rule, and one when it ends. */
export type ContractNews =
  | { readonly kind: 'rule'; readonly name: string; readonly violation?: string }
  | { readonly kind: 'done'; readonly skipped: readonly SkippedRule[] };

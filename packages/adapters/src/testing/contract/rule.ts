import type { Adapter } from '../../contract/adapter.js';
import type { ContractFixtures } from './fixtures.js';

/** One rule of the adapter contract. */
export interface ContractRule {
  /** What the rule demands; the name of its test. */
  readonly name: string;
  /** The rule is run only when all of these are given. */
  readonly needs: readonly (keyof ContractFixtures)[];
  /** Throws `ContractViolation`, or what the adapter threw, when the adapter breaks the rule. */
  check(adapter: Adapter, fixtures: ContractFixtures): Promise<void>;
}

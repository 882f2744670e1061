import type { Adapter } from '../../contract/adapter.js';
import type { ContractFixtures } from './fixtures.js';

/** One rule of the adapter contract. */
export interface ContractRule {
  /** What the rule requires; the name of its test. */
  readonly name: string;
  /** The fixtures without which the rule does not run. */
  readonly needs: readonly (keyof ContractFixtures)[];
  /** @throws {ContractViolationError} if the adapter breaks the rule; or what the adapter itself threw */
  check(adapter: Adapter, fixtures: ContractFixtures): Promise<void>;
}

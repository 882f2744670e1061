import { describe, test } from 'vitest';
import type { Adapter } from '../../contract/adapter.js';
import { rulesFor } from './contract-rules.js';
import { type ContractFixtures, DEFAULT_TURN_TIMEOUT_MS } from './fixtures.js';

/** The most turns that a rule runs one after the other. */
const TURNS_PER_RULE = 6;

/**
 * Defines a vitest suite with one test for each rule of the adapter contract whose fixtures are given. Call it at the top level of a
 * test file:
 *
 * ```ts
 * describeAdapterContract(adapter, { context: () => testContext({ config: {} }), message: 'hello' });
 * ```
 */
export function describeAdapterContract<Config>(adapter: Adapter<Config>, fixtures: ContractFixtures<Config>): void {
  const timeout = TURNS_PER_RULE * (fixtures.timeoutMs ?? DEFAULT_TURN_TIMEOUT_MS);
  describe(`the adapter "${adapter.name}"`, () => {
    for (const rule of rulesFor(fixtures)) {
      test(rule.name, { timeout }, () => rule.check(adapter, fixtures));
    }
  });
}

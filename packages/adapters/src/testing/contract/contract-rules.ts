import type { ContractFixtures } from './fixtures.js';
import type { ContractRule } from './rule.js';
import { answeringRules } from './rules/answering.js';
import { askingRules } from './rules/asking.js';
import { continuingRules } from './rules/continuing.js';
import { declarationRules } from './rules/declaration.js';
import { fileRules } from './rules/files.js';
import { forgettingRules } from './rules/forgetting.js';
import { givingRules } from './rules/giving.js';
import { rejectingRules } from './rules/rejecting.js';
import { reportingRules } from './rules/reporting.js';
import { separationRules } from './rules/separation.js';
import { stoppingRules } from './rules/stopping.js';

/** Every rule of the contract, for test runners other than vitest. */
export const CONTRACT_RULES: readonly ContractRule[] = [
  ...declarationRules,
  ...answeringRules,
  ...givingRules,
  ...fileRules,
  ...separationRules,
  ...stoppingRules,
  ...continuingRules,
  ...askingRules,
  ...rejectingRules,
  ...forgettingRules,
  ...reportingRules,
];

/** The rules for which `fixtures` has everything that they need. */
export function rulesFor(fixtures: ContractFixtures): readonly ContractRule[] {
  return CONTRACT_RULES.filter((rule) => rule.needs.every((key) => fixtures[key] !== undefined));
}

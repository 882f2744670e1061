import type { ContractFixtures } from './fixtures.js';
import type { ContractRule } from './rule.js';
import { answeringRules } from './rules/answering.js';
import { askingRules } from './rules/asking.js';
import { continuingRules } from './rules/continuing.js';
import { declarationRules } from './rules/declaration.js';
import { fileRules } from './rules/files.js';
import { reportingRules } from './rules/reporting.js';
import { separationRules } from './rules/separation.js';
import { stoppingRules } from './rules/stopping.js';

/** Every rule, for those who run the suite with another test runner than vitest. */
export const CONTRACT_RULES: readonly ContractRule[] = [
  ...declarationRules,
  ...answeringRules,
  ...fileRules,
  ...separationRules,
  ...stoppingRules,
  ...continuingRules,
  ...askingRules,
  ...reportingRules,
];

/** The rules whose fixtures are all given. */
export function rulesFor(fixtures: ContractFixtures): readonly ContractRule[] {
  return CONTRACT_RULES.filter((rule) => rule.needs.every((key) => fixtures[key] !== undefined));
}

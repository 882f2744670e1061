import { demand } from '../../errors/contract-violation.js';
import type { Expected } from './fixtures.js';

/** @throws {ContractViolationError} unless the text is as expected; `what` names it in the message */
export function demandMatch(text: string, expected: Expected, what: string): void {
  demand(matches(text, expected), `${what} must ${describeExpected(expected)}`, text);
}

export function matches(text: string, expected: Expected): boolean {
  return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
}

function describeExpected(expected: Expected): string {
  return typeof expected === 'string' ? `hold ${JSON.stringify(expected)}` : `match ${expected}`;
}

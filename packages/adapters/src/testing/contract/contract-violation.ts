import { inspect } from 'node:util';
import type { Expected } from './fixtures.js';

/** A rule of the adapter contract that an adapter breaks. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

/** Throws {@link ContractViolation} unless the condition holds. */
export function demand(condition: boolean, message: string, found?: unknown): asserts condition {
  if (condition) return;
  throw new ContractViolation(found === undefined ? message : `${message}; found ${show(found)}`);
}

export function demandMatch(text: string, expected: Expected, what: string): void {
  demand(matches(text, expected), `${what} must ${describeExpected(expected)}`, text);
}

export function matches(text: string, expected: Expected): boolean {
  return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
}

export function show(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : inspect(value, { depth: 4, breakLength: 120 });
}

function describeExpected(expected: Expected): string {
  return typeof expected === 'string' ? `hold ${JSON.stringify(expected)}` : `match ${expected}`;
}

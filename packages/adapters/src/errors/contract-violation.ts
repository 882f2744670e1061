import { inspect } from 'node:util';
import type { ErrorCode } from './error-codes.js';
import { MoleculeError } from './molecule-error.js';

/** Where a rule was broken. */
export interface ViolationPlace {
  /** Name of the adapter. */
  readonly adapter?: string;
  /** Place within the turn, for example `event 3 of the turn`. */
  readonly place?: string;
}

/**
 * An adapter or its engine breaks a rule of the adapter contract. `message` is for the author. `rule` quotes no value that was found, so
 * that a client may read it.
 */
export class ContractViolationError extends MoleculeError {
  static override readonly brand: string = '@molecule/adapters.ContractViolationError';
  readonly code = 'ADAPTER_CONTRACT_BROKEN' satisfies ErrorCode;
  /** What the contract requires, and where. */
  readonly rule: string;
  /** What was found instead, as text; absent if `rule` says it. */
  readonly found?: string;

  constructor(rule: string, found?: string, { adapter, place }: ViolationPlace = {}) {
    const where = [adapter === undefined ? '' : `adapter "${adapter}"`, place ?? ''].filter((part) => part !== '');
    const whole = where.length === 0 ? rule : `${where.join(', ')}: ${rule}`;
    super(found === undefined ? whole : `${whole}; found ${found}`);
    this.rule = whole;
    if (found !== undefined) this.found = found;
  }

  /** Returns what `check` returns. If `check` throws a violation, the place is added to it. */
  static at<Value>(where: ViolationPlace, check: () => Value): Value {
    try {
      return check();
    } catch (error) {
      throw ContractViolationError.is(error) ? new ContractViolationError(error.rule, error.found, where) : error;
    }
  }
}

/** @throws {ContractViolationError} unless the condition holds */
export function demand(condition: boolean, rule: string, found?: unknown): asserts condition {
  if (!condition) throw new ContractViolationError(rule, found === undefined ? undefined : show(found));
}

/** The value as text, for the author of an adapter. */
export function show(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : inspect(value, { depth: 4, breakLength: 120 });
}

/** The kind of the value in a few words, without the value itself: `undefined`, `a string`, `a Promise`. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { constructor: maker } = value as { readonly constructor?: { readonly name?: unknown } };
  const name = typeof maker?.name === 'string' ? maker.name : '';
  return name === '' || name === 'Object' ? 'an object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

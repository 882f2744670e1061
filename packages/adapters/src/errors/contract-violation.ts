import { inspect } from 'node:util';
import { MoleculeError } from './molecule-error.js';

/** Where a rule was broken. */
export interface ViolationPlace {
  /** The adapter's name. */
  readonly adapter?: string;
  /** For example `event 3 of the turn`. */
  readonly place?: string;
}

/**
 * An adapter or its engine breaks a rule of the adapter contract. `rule` holds none of the values that were found, so that it may
 * be told to a caller; `message` is for the author.
 */
export class ContractViolation extends MoleculeError {
  override readonly name = 'ContractViolation';
  readonly code = 'ADAPTER_CONTRACT_BROKEN';
  /** What the contract demands, and where. */
  readonly rule: string;
  /** What was found instead, as text; absent when the rule says it. */
  readonly found?: string;

  constructor(rule: string, found?: string, { adapter, place }: ViolationPlace = {}) {
    const where = [adapter === undefined ? '' : `adapter "${adapter}"`, place ?? ''].filter((part) => part !== '');
    const whole = where.length === 0 ? rule : `${where.join(', ')}: ${rule}`;
    super(found === undefined ? whole : `${whole}; found ${found}`);
    this.rule = whole;
    if (found !== undefined) this.found = found;
  }

  /** True for a {@link ContractViolation} of any copy of this package. */
  static override is(value: unknown): value is ContractViolation {
    return MoleculeError.is(value) && value.name === 'ContractViolation';
  }

  /** What `check` gives; a violation of a rule that it throws says where that was. */
  static at<Value>(where: ViolationPlace, check: () => Value): Value {
    try {
      return check();
    } catch (error) {
      throw ContractViolation.is(error) ? new ContractViolation(error.rule, error.found, where) : error;
    }
  }
}

/** Throws {@link ContractViolation} unless the condition holds. */
export function demand(condition: boolean, rule: string, found?: unknown): asserts condition {
  if (!condition) throw new ContractViolation(rule, found === undefined ? undefined : show(found));
}

export function show(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : inspect(value, { depth: 4, breakLength: 120 });
}

/** What kind of value it is, in a few words and without the value: `undefined`, `a string`, `a Promise`. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { constructor: maker } = value as { readonly constructor?: { readonly name?: unknown } };
  const name = typeof maker?.name === 'string' ? maker.name : '';
  return name === '' || name === 'Object' ? 'an object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { AdapterLoadError, ContractViolationError, EngineError, MoleculeError } from '../../src/index.js';

class PaymentError extends MoleculeError {
  static override readonly brand: string = '@acme/agent.PaymentError';
  readonly code: string = 'PAYMENT_REFUSED';
}

class CardError extends PaymentError {
  static override readonly brand: string = '@acme/agent.CardError';
}

/** A class whose author forgot the brand. */
class Unbranded extends EngineError {}

describe('is', () => {
  it('is true only for the class itself and its subclasses', () => {
    const engine = new EngineError('auth', 'The key was refused.');
    const card = new CardError('The card was refused.');
    const classes = [MoleculeError, PaymentError, CardError, EngineError, AdapterLoadError, ContractViolationError];
    expect(classes.filter((each) => each.is(engine))).toEqual([MoleculeError, EngineError]);
    expect(classes.filter((each) => each.is(card))).toEqual([MoleculeError, PaymentError, CardError]);
  });

  it('is false for a value that is not a MoleculeError', () => {
    const looksAlike = Object.assign(new Error('no'), { name: 'EngineError', code: 'auth' });
    for (const value of [
      undefined,
      null,
      'text',
      {},
      new Error('no'),
      looksAlike,
      { ...new EngineError('auth', 'no') },
    ]) {
      expect(MoleculeError.is(value)).toBe(false);
      expect(EngineError.is(value)).toBe(false);
    }
  });

  it('narrows to the class', () => {
    const value: unknown = new EngineError('auth', 'no');
    if (EngineError.is(value)) expectTypeOf(value).toEqualTypeOf<EngineError>();
    if (MoleculeError.is(value)) expectTypeOf(value).toEqualTypeOf<MoleculeError>();
    if (PaymentError.is(value)) expectTypeOf(value).toEqualTypeOf<PaymentError>();
  });

  it('recognizes the errors of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../../src/index.js');
    expect(copy.EngineError).not.toBe(EngineError);
    const theirs = new copy.EngineError('auth', 'no');
    expect(EngineError.is(theirs)).toBe(true);
    expect(MoleculeError.is(theirs)).toBe(true);
    expect(ContractViolationError.is(theirs)).toBe(false);
  });

  it('of a class that inherits its brand is true for that class only', () => {
    expect(Unbranded.is(new Unbranded('auth', 'no'))).toBe(true);
    expect(Unbranded.is(new EngineError('auth', 'no'))).toBe(false);
    expect(EngineError.is(new Unbranded('auth', 'no'))).toBe(true);
  });
});

it('an error has its class name and code as JSON, and keeps its cause', () => {
  const cause = new Error('first');
  const error = new CardError('The card was refused.', { cause });
  expect(JSON.parse(JSON.stringify(error))).toEqual({ name: 'CardError', code: 'PAYMENT_REFUSED' });
  expect(error.cause).toBe(cause);
  expect(String(error)).toBe('CardError: The card was refused.');
});
